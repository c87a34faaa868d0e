// Sorts and filters the table of students. Without it the table shows everyone, in the order of the class.
"use strict";
(() => {
  const table = document.getElementById("students");
  const form = document.getElementById("filters");
  if (!table || !form) return;
  const body = table.tBodies[0];
  const status = document.getElementById("count");
  const nobody = document.getElementById("nobody");
  const letters = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  // Mark and letter are parted first: "muller" finds Müller, and Müller typed in either way.
  const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const rows = Array.from(body.rows, row => ({
    row,
    shown: true,
    text: plain(row.dataset.text),
    cells: Array.from(row.cells, cell => cell.dataset.value ?? cell.firstElementChild.textContent),
    marks: Array.from(row.querySelectorAll("[data-marks]"), cell => cell.dataset.marks.split(" ")),
  }));
  let order = rows.slice();

  const sort = (header, column) => {
    const isName = column === 0;
    const now = header.getAttribute("aria-sort");
    const sign = now === "ascending" ? -1 : 1;
    const compare = (a, b) => {
      const [one, other] = [a.cells[column], b.cells[column]];
      if (isName) return sign * letters.compare(one, other);
      // Where there is no number, up or down, the row comes last.
      if (one === "" || other === "") return (one === "") - (other === "");
      return sign * (one - other);
    };
    order.sort(compare);
    body.append(...order.map(one => one.row));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
  };

  const total = rows.length;
  const filter = () => {
    const words = plain(form.elements.text.value).split(/\s+/).filter(Boolean);
    const exercise = form.elements.exercise.value;
    const mark = form.elements.mark.value;
    let count = 0;
    for (const one of rows) {
      const cells = exercise === "" ? one.marks : [one.marks[exercise]];
      const fits = words.every(word => one.text.includes(word)) && (mark === "" || cells.some(marks => marks.includes(mark)));
      if (fits) count += 1;
      if (fits !== one.shown) one.row.hidden = !(one.shown = fits);
    }
    status.textContent = count === total ? status.dataset.all : `${count.toLocaleString("en")} of ${status.dataset.all}`;
    nobody.hidden = count > 0;
  };

  let only = "";
  const showColumns = () => {
    const exercise = form.elements.exercise.value;
    if (exercise === only) return;
    only = exercise;
    const first = 2, count = table.rows[0].cells.length - first - 1;
    table.style.setProperty("--columns", (only === "" ? count : 1) + 2);
    for (const row of table.rows)
      for (let column = first; column < first + count; column += 1)
        row.cells[column].classList.toggle("off", only !== "" && column - first !== only * 1);
  };

  Array.from(table.tHead.rows[0].cells, (header, column) => {
    const words = header.querySelector("span");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.textContent;
    words.replaceWith(button);
    button.addEventListener("click", () => sort(header, column));
  });
  form.addEventListener("input", () => { showColumns(); filter(); });
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { showColumns(); filter(); }));
  form.hidden = false;
  // What the browser has kept of a reload counts.
  showColumns();
  filter();
})();
