// The released notebook as a file: which cells it has, filled with answers, and answers read from one.

export class Notebook {
  constructor(text) {
    this.text = text;
    this.cells = JSON.parse(text).cells;
  }

  static source(cell) {
    return Array.isArray(cell.source) ? cell.source.join("") : cell.source;
  }

  // The released text of an answer's cell.
  stub(name) {
    return Notebook.source(this.cells.find((cell) => gradeId(cell) === name));
  }

  // The notebook to hand in: the release with these answers in their cells.
  filled(answers) {
    const notebook = JSON.parse(this.text);
    for (const cell of notebook.cells) {
      const name = gradeId(cell);
      if (name in answers) cell.source = answers[name];
    }
    return JSON.stringify(notebook, null, 1);
  }

  // The answers in a notebook's text that differ from the stubs. Throws an Error with a sentence for the reader.
  answersIn(text, names) {
    let cells;
    try {
      cells = JSON.parse(text).cells.map((cell) => [gradeId(cell), Notebook.source(cell)]);
    } catch {
      throw new Error("This file is not a notebook. Choose the .ipynb file.");
    }
    const found = cells.filter(([name, source]) => names.includes(name) && typeof source === "string");
    if (!found.length) throw new Error("This is a notebook of another assignment or another course. Nothing was changed.");
    return Object.fromEntries(found.filter(([name, source]) => source.trim() && source !== this.stub(name)));
  }
}

function gradeId(cell) {
  return cell?.metadata?.nbgrader?.grade_id;
}
