#!/usr/bin/env python3
"""Makes the sample that `penstock demo` streams: app/src/main/resources/io/penstock/app/sample/.

Usage: make_sample.py RECORDED_OUTCOMES_DIR MMLU_PRO_CLONE

RECORDED_OUTCOMES_DIR holds outcomes-mmlupro.jsonl.gz, models.json and pools.json in the shared data format.
MMLU_PRO_CLONE is a clone of TIGER-AI-Lab/MMLU-Pro at commit f418b116db00b065c2aea046518d8fcf74d39872: one result file
of it names the source of each question. Only questions taken from MMLU (MIT) are kept; those from textbooks
(scibench), a web site (stemez) and TheoremQA are left out, because their texts may not be ours to ship.

Deterministic: the same inputs give the same bytes.
"""
import gzip
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

COMMIT = "f418b116db00b065c2aea046518d8fcf74d39872"
RESULT = "eval_results/model_outputs_Mistral-7B-Instruct-v0.2_5shots.zip"
PROMPTS = 3000
MODELS = [
    "gemini-1.5-pro-002",
    "gemini-1.5-flash-002",
    "llama-3.1-70b-instruct",
    "qwen1.5-72b-chat",
    "mathstral-7b",
    "llama-3.1-8b-instruct",
]
KEPT_SOURCE = "ori_mmlu-"


def kept_questions(clone):
    packed = subprocess.run(
        ["git", "-C", str(clone), "show", f"{COMMIT}:{RESULT}"], check=True, capture_output=True
    ).stdout
    archive = zipfile.ZipFile(io.BytesIO(packed))
    entries = json.loads(archive.read(Path(RESULT).stem + ".json"))
    return {f"mmlupro-{e['question_id']}" for e in entries if e["src"].startswith(KEPT_SOURCE)}


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main(data, clone):
    target = Path(__file__).resolve().parent.parent / "main/resources/io/penstock/app/sample"
    kept = kept_questions(clone)
    lines = []
    with gzip.open(data / "outcomes-mmlupro.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            if row["id"] in kept and len(lines) < PROMPTS:
                row["outcomes"] = {model: row["outcomes"][model] for model in MODELS}
                lines.append(dump(row) + "\n")
    packed = gzip.compress("".join(lines).encode("utf-8"), compresslevel=9, mtime=0)
    (target / "outcomes-mmlupro.jsonl.gz").write_bytes(packed)

    cards = json.loads((data / "models.json").read_text(encoding="utf-8"))
    sample_cards = {model: {**cards[model], "sources": ["mmlupro"]} for model in MODELS}
    (target / "models.json").write_text(json.dumps(sample_cards, indent=1) + "\n", encoding="utf-8")
    pool = {"objective": "cost_usd", "sources": ["mmlupro"], "arms": {m: {"mmlupro": m} for m in MODELS}}
    (target / "pools.json").write_text(json.dumps({"demo": pool}, indent=1) + "\n", encoding="utf-8")
    print(f"{len(lines)} prompts, {len(packed)} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
