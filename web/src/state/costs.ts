// Which kinds of edits a scenario can be priced by. Pure.
import type { PaletteEntry, Per, Scenario } from '../api/scenario'

export interface CostRow {
  kind: string
  /** Null where no unit cost was given. */
  amount: number | null
  per: Per
}

/** A row for each kind that its edits are of, in their order, then for those that were priced besides. */
export function costRows(s: Scenario, palette: readonly PaletteEntry[]): CostRow[] {
  const kinds = [...(s.edits ?? []).map((e) => e.kind), ...(s.costs ?? []).map((c) => c.kind)].filter(Boolean)
  return [...new Set(kinds)].map((kind) => {
    const cost = s.costs?.find((c) => c.kind === kind)
    return { kind, amount: cost?.amount ?? null, per: cost?.per ?? perOf(palette.find((p) => p.id === kind)) }
  })
}

/** What a kind is counted by, as the palette says or as it is drawn. */
function perOf(entry: PaletteEntry | undefined): Per {
  if (entry?.per) return entry.per
  return entry?.shape === 'line' ? 'm' : entry?.shape === 'polygon' ? 'm2' : 'thing'
}
