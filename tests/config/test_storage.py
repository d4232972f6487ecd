"""In production a script has one address, from pages and from the modules that import it."""

import re

from config.storage import HashedModules


def test_modules_import_scripts_by_their_hashed_names(tmp_path):
    (tmp_path / "web" / "js").mkdir(parents=True)
    (tmp_path / "web" / "js" / "keys.js").write_text("export const a = 1;\n")
    (tmp_path / "web" / "js" / "page.js").write_text('import { a } from "./keys.js";\n')
    storage = HashedModules(location=tmp_path, base_url="/static/")
    paths = {name: (storage, name) for name in ("web/js/keys.js", "web/js/page.js")}
    list(storage.post_process(paths))
    page = (tmp_path / storage.stored_name("web/js/page.js")).read_text()
    assert re.search(r'from "\./keys\.[0-9a-f]{12}\.js";', page)
