// Passkeys: a form with data-passkey="create" or "get" asks the browser for one and sends it.
// What the server asks for stands in data-options, or is fetched from data-from.

const fields = new Set(["challenge", "id", "userHandle"]);

function toBuffer(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decoded(part) {
  if (Array.isArray(part)) return part.map(decoded);
  if (part === null || typeof part !== "object") return part;
  const pairs = Object.entries(part).filter(([, value]) => value !== null);
  return Object.fromEntries(
    pairs.map(([name, value]) => [
      name,
      fields.has(name) && typeof value === "string" ? toBuffer(value) : decoded(value),
    ]),
  );
}

function asked(options) {
  // The site's own id is a name and no buffer.
  const { rp, ...rest } = options.publicKey;
  return { publicKey: rp ? { ...decoded(rest), rp } : decoded(rest) };
}

function told(credential) {
  const { response } = credential;
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = names.filter((name) => response[name]);
  return {
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      ...Object.fromEntries(given.map((name) => [name, toText(response[name])])),
      ...(response.getTransports ? { transports: response.getTransports() } : {}),
    },
  };
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.from, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).request_options;
}

async function give(form) {
  const trouble = form.querySelector("[role=alert][hidden], [role=alert].was-hidden");
  try {
    const options = asked(await optionsOf(form));
    const credential = await navigator.credentials[form.dataset.passkey](options);
    form.elements.credential.value = JSON.stringify(told(credential));
    form.submit();
  } catch {
    // Stopped by the person, no key of this site, or a browser that cannot: same way out.
    trouble?.classList.add("was-hidden");
    trouble?.removeAttribute("hidden");
  }
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.querySelector("button[type=button]").addEventListener("click", () => give(form));
}
