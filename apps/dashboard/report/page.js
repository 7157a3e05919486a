// Sorts a table by a click on a heading: first downwards, then upwards. Cells that are not numbers come last.
for (const table of document.querySelectorAll('table.sortable')) {
  const headings = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  for (const [column, heading] of headings.entries()) {
    heading.addEventListener('click', () => {
      const isNumber = heading.classList.contains('number');
      const usual = isNumber ? 'descending' : 'ascending';
      const other = isNumber ? 'ascending' : 'descending';
      const order = heading.getAttribute('aria-sort') === usual ? other : usual;
      for (const one of headings) one.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', order);
      const sign = order === 'ascending' ? 1 : -1;
      const rows = [...body.rows].map((row) => ({
        row,
        value: valueOf(row.cells[column].textContent, isNumber),
      }));
      rows.sort((a, b) => {
        if (a.value === undefined || b.value === undefined)
          return (a.value === undefined) - (b.value === undefined);
        return (
          sign * (isNumber ? a.value - b.value : a.value.localeCompare(b.value, 'en', { numeric: true }))
        );
      });
      body.append(...rows.map(({ row }) => row));
    });
  }
}

function valueOf(text, isNumber) {
  if (!isNumber) return text.trim();
  const number = Number.parseFloat(
    text
      .trim()
      .replace(/[,\s\u2009\u202f]/gu, '')
      .replace('−', '-'),
  );
  return Number.isNaN(number) ? undefined : number;
}

// Paper has no clicks: what is folded is printed open.
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});
