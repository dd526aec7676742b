"""Where this checkout lies, so that child processes find the `benchmarks` package from any folder."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "benchmarks" / "README.md"
RESULTS = ROOT / "benchmarks" / "results"
