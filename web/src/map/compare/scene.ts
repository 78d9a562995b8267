// What the other side of a comparison draws: the same view of another scenario. Pure.
import type { Run } from '../../api/types'
import type { Side } from '../../state/compare'
import type { Highlight } from '../../state/judgement'
import { nothing, overlayNames, type Overlays, type Scene } from '../style'

/** Overlays that are of a place, and not of what the scenario that is open holds there. */
const ofPlaces = new Set<string>(['spot', 'along'])

/** The scene of the other side, which shows the same layers of the same run as far as it has them. */
export function sceneOf(scene: Scene, side: Side, highlights: readonly Highlight[]): Scene {
  const there = (run: Run | null | undefined) => side.runs.find((r) => r.id === run?.id) ?? null
  return {
    ...scene,
    layers: side.layers, labels: side.labels, scenario: side.id, highlights,
    run: there(scene.run), beside: (scene.beside ?? []).flatMap((r) => there(r) ?? []),
    unreached: [],
    overlays: Object.fromEntries(overlayNames.map((name) => [name, ofPlaces.has(name) ? scene.overlays[name] : nothing])) as Overlays,
  }
}

/** Whether a result is on show that the other side lacks. */
export function lacks(scene: Scene, side: Side): boolean {
  const results = scene.layers.filter((l) => l.kind === 'result' && scene.visible.has(l.name) && l.count > 0 && l.shapes?.length
    && (scene.named ? scene.named.has(l.name) : l.run === scene.run?.id))
  return results.length > 0 && !results.some((l) => side.layers.some((s) => s.name === l.name && s.count > 0))
}
