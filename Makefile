# For those who have make; everything is in dev.py, which needs Python 3.11 only.
PYTHON ?= python3

.PHONY: demo test bench
demo test bench:
	@$(PYTHON) dev.py $@
