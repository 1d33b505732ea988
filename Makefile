# Every target sets up what it needs first; a second run starts in seconds.
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint docs screenshots gallery site reproduce bench bench-scale bench-gap test-install fuzz soak clean

VENV := .venv/bin

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-14s %s\n", $$1, $$2}' Makefile

setup:  ## system libraries and .venv, with everything pinned
	@PYTHON="$(PYTHON)" scripts/setup.sh

demo: setup  ## segment a real image in napari; without a screen write demo-output/
	@scripts/on_a_screen.sh $(VENV)/shift-unet demo

test: lint  ## the whole test suite, headless
	$(VENV)/pytest -n auto --maxprocesses 4 --dist loadfile

lint: setup  ## style and types
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy

docs: screenshots site  ## pictures from the running program, then the site, into site/

screenshots: setup  ## make the pictures and the walk of docs/ from the real program
	$(VENV)/python docs/make_law_pictures.py
	scripts/on_a_screen.sh $(VENV)/python docs/make_screenshots.py
	scripts/on_a_screen.sh $(VENV)/python docs/make_walk.py

site: setup  ## the site from the pictures that are there, strict, without the network
	NO_MKDOCS_2_WARNING=1 $(VENV)/mkdocs build --strict --quiet

gallery: setup  ## make a picture of every widget in every state and theme, into docs/gallery
	scripts/on_a_screen.sh $(VENV)/python docs/make_gallery.py

reproduce: setup  ## train the figures of the papers, quick versions, and rebuild docs/paper.md; slow
	$(VENV)/python docs/make_paper.py

bench: setup build/peers/installed  ## measure speed against other programs, rebuild docs/performance.md; slow
	PYTHONPATH=build/peers $(VENV)/python benchmarks/run.py

bench-scale: setup  ## measure 16,384 x 16,384 px and a killed run, rebuild docs/scale.md; slow
	$(VENV)/python benchmarks/scale.py

bench-gap: setup  ## measure how long the window stands still, rebuild docs/scale.md
	scripts/on_a_screen.sh $(VENV)/python benchmarks/gap.py

build/peers/installed: benchmarks/peers.txt | setup
	$(VENV)/python -m pip install --quiet --no-deps --upgrade --target build/peers -r $<
	@touch $@

test-install: setup  ## install the package as a user does, in a clean environment; slow
	scripts/test_install.sh

fuzz: setup  ## 100,000 damaged or arbitrary inputs for all that reads them; slow
	@-test -d build/atheris || $(VENV)/python -m pip install --quiet --no-deps --target build/atheris atheris==3.0.0
	PYTHONPATH=$(CURDIR)/build/atheris $(VENV)/python scripts/fuzz.py

soak: setup  ## 300 rounds of a user's day in the viewer, in which nothing may pile up; slow
	SHIFT_UNET_SOAK_ROUNDS=300 $(VENV)/pytest -q tests/gui/test_soak.py

clean:  ## remove what was built, but not .venv
	rm -rf build dist site demo-output .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests docs scripts -name __pycache__ -type d -prune -exec rm -rf {} +
