// Areas that a scenario gains and loses against another: blue and filled, orange and
// hatched. The pair is told apart by colour-blind eyes, and by the hatching in grey.
import { byZoom, isPolygon, type Look, z } from './look'

/** Layers that a comparison made. */
export const ofDelta = (name: string) => name.startsWith('delta_')

export const gainedColour = '#1f6fb4'
export const lostColour = '#b35806'

export function deltaLook(role: 'gained' | 'lost'): Look {
  const colour = role === 'gained' ? gainedColour : lostColour
  return {
    on: true,
    parts: [
      role === 'gained'
        ? { id: 'fill', z: z.boundary + 3, type: 'fill', filter: isPolygon, mute: true, paint: { 'fill-color': colour }, opacity: 0.45 }
        : { id: 'fill', z: z.boundary + 3, type: 'fill', filter: isPolygon, mute: true, paint: { 'fill-pattern': 'hatch-lost' }, opacity: 0.9 },
      {
        id: 'outline', z: z.boundary + 3.5, type: 'line', filter: isPolygon, mute: true, layout: { 'line-join': 'round' },
        paint: { 'line-color': colour, 'line-width': byZoom(12, 0.8, 16, 1.6, 19, 2.4) },
      },
    ],
    legend: [{ mark: role === 'gained' ? 'area' : 'hatch', colour, label: role === 'gained' ? 'deltaAreaGained' : 'deltaAreaLost' }],
  }
}
