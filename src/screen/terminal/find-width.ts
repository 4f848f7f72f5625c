/** Columns of the terminal; without one, those of the variable COLUMNS. Absent: unlimited. */
export function findWidth(): number | undefined {
  const width = process.stdout.columns ?? Number(process.env['COLUMNS']);
  return Number.isInteger(width) && width > 0 ? width : undefined;
}
