/** How many there are, their median, 99th percentile and maximum. */
export const spread = (values: ReadonlyArray<number>): ReadonlyArray<string> => {
  const inOrder = [...values].sort((a, b) => a - b)
  const at = (share: number) => (inOrder[Math.ceil(share * inOrder.length) - 1] ?? Number.NaN).toFixed(1)
  return [String(values.length), at(0.5), at(0.99), at(1)]
}

/** In Markdown, with every column as wide as its widest cell. */
export const tableOf = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

export const printTable = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): void =>
  console.log(tableOf(head, rows))
