"""The tests mirror the apps; journeys, races and golden files have folders of their own."""
