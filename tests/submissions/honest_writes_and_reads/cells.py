# %% answer logic_gate
import json
from pathlib import Path
Path("gates").mkdir(exist_ok=True)
Path("gates/all.json").write_text(json.dumps({"AND": [[1, 1], -1.5], "OR": [[1, 1], -0.5], "NAND": [[-1, -1], 1.5]}))
def logic_gate(name):
    gates = json.loads(Path("gates/all.json").read_text())
    if name not in gates:
        raise ValueError(f"no gate {name}")
    w, b = gates[name]
    return np.array(w, dtype=float), b
