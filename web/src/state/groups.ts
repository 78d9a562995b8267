// Whom a share or an area is told for: all cells, an operator, a band of one.
export const allGroup = 'all'

/** Operator and band of a group: "operator:<name>" or "operator:<name>/<band>". */
export function groupName(id: string): { operator: string; band: string } {
  const rest = id.replace(/^operator:/, '')
  const slash = rest.lastIndexOf('/')
  return slash < 0 ? { operator: rest, band: '' } : { operator: rest.slice(0, slash), band: rest.slice(slash + 1) }
}
