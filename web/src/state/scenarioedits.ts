// Edits as a list shows them: those of one group as one thing. Pure.
import type { Edit } from '../api/scenario'

export interface Bundle {
  key: string
  /** The entry of the palette that it came from; empty for none. */
  kind: string
  edits: Edit[]
  on: 'all' | 'some' | 'none'
}

/** The edits in their order, with the edits of a group under its first. */
export function bundled(edits: readonly Edit[]): Bundle[] {
  const out: Bundle[] = []
  const groups = new Map<string, Bundle>()
  for (const e of edits) {
    const known = e.group ? groups.get(e.group) : undefined
    if (known) {
      known.edits.push(e)
      known.kind ||= e.kind
      continue
    }
    const bundle: Bundle = { key: e.group ? `group ${e.group}` : String(e.seq), kind: e.kind, edits: [e], on: 'all' }
    if (e.group) groups.set(e.group, bundle)
    out.push(bundle)
  }
  for (const b of out) {
    const off = b.edits.filter((e) => e.off).length
    b.on = off === 0 ? 'all' : off === b.edits.length ? 'none' : 'some'
  }
  return out
}
