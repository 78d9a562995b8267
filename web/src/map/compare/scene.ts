// What the other side of a comparison draws: the same view of another scenario. Pure.
import type { Run } from '../../api/types'
import type { Side } from '../../state/compare'
import type { Highlight } from '../../state/judgement'
import { twinOf } from '../../state/twins'
import { ofDelta } from '../looks/delta'
import { nothing, overlayNames, type Overlays, type Scene, shown } from '../style'

/** Overlays that are of a place, and not of what the scenario that is open holds there. */
const ofPlaces = new Set<string>(['spot', 'along'])

/** The scene of the other side, which shows the same layers of the same run as far as it has them. */
export function sceneOf(scene: Scene, side: Side, highlights: readonly Highlight[]): Scene {
  const there = (run: Run | null | undefined) => (run ? twinOf(run, side.runs) : null)
  const visible = new Set(scene.visible)
  const named = scene.named && new Set(scene.named)
  // The same part of a run that goes by another name there.
  for (const run of [scene.run, ...scene.beside ?? []]) {
    const twin = there(run)
    if (!run || !twin || twin.id === run.id) continue
    for (const l of scene.layers) {
      if (l.run !== run.id || !l.name.startsWith(`${run.id}_`)) continue
      const name = twin.id + l.name.slice(run.id.length)
      if (scene.visible.has(l.name)) visible.add(name)
      if (scene.named?.has(l.name)) named?.add(name)
    }
  }
  return {
    ...scene,
    visible, named, layers: side.layers, labels: side.labels, scenario: side.id, highlights, delta: undefined,
    run: there(scene.run), beside: (scene.beside ?? []).flatMap((r) => there(r) ?? []),
    unreached: [],
    overlays: Object.fromEntries(overlayNames.map((name) => [name, ofPlaces.has(name) ? scene.overlays[name] : nothing])) as Overlays,
  }
}

/** Whether results are on show of which the other side has none. */
export function lacks(scene: Scene, other: Scene): boolean {
  const results = (of: Scene) => shown(of).some((l) => l.kind === 'result' && !ofDelta(l.name) && of.visible.has(l.name))
  return results(scene) && !results(other)
}
