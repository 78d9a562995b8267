// Pointer, finger and keyboard on the map while it is edited, told to the tool in hand.
// What grabs something keeps the map from moving; what grabs nothing leaves it to the map.
import type { Map as GLMap, MapMouseEvent } from 'maplibre-gl'
import type { Hand } from './hands'
import type { XY } from './snap'

export interface InputHandlers {
  /** The map is being edited. */
  on: () => boolean
  hand: () => Hand | null
  /** Something is drawn point by point, by Terra Draw, which hears of pointers itself. */
  sketching: () => boolean
  /** Selects what is at a place, as a click does when nothing is edited. */
  select: (at: XY) => void
  /** Offers all that is at a place. */
  choose: (at: XY) => void
  finish: () => boolean
  back: () => boolean
  escape: () => void
  remove: () => void
  /** Where the cross of the keyboard is; null while a pointer is used. */
  cursor: (at: XY | null) => void
  touched: (touch: boolean) => void
  alone: (alone: boolean) => void
}

const longPress = 550
/** A finger that goes farther than this, in pixels, is no press. */
const still = 8
const margin = 24

const steps: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

/** Listens until the function that it gives is called. */
export function listen(gl: GLMap, on: InputHandlers): () => void {
  const container = gl.getContainer()
  const canvas = gl.getCanvas()
  const gone = new AbortController()
  const { signal } = gone
  const at = (e: { clientX: number; clientY: number }): XY => {
    const box = canvas.getBoundingClientRect()
    return { x: e.clientX - box.left, y: e.clientY - box.top }
  }

  let grabbed: 'pointer' | 'key' | null = null
  let swallow = false
  let cursor: XY | null = null
  let press: { timer: number; from: XY } | null = null
  const moveCursor = (p: XY | null) => {
    cursor = p
    on.cursor(p)
  }
  const endPress = () => {
    if (press) clearTimeout(press.timer)
    press = null
  }

  container.addEventListener('pointerdown', (e) => {
    if (!on.on() || !e.isTrusted || e.target !== canvas) return
    on.touched(e.pointerType !== 'mouse')
    on.alone(e.altKey)
    if (grabbed === 'key') on.hand()?.letGo?.()
    grabbed = null
    moveCursor(null)
    if (!e.isPrimary || e.button !== 0) return endPress()
    const p = at(e)
    if (!on.sketching() && on.hand()?.grab?.(p)) {
      grabbed = 'pointer'
    } else if (e.pointerType !== 'mouse' && !on.sketching()) {
      press = { from: p, timer: window.setTimeout(() => { press = null; swallow = true; on.choose(p) }, longPress) }
    }
  }, { capture: true, signal })
  // What is grabbed is not the map.
  for (const type of ['mousedown', 'touchstart'] as const) {
    container.addEventListener(type, (e) => { if (grabbed === 'pointer') e.stopPropagation() }, { capture: true, signal })
  }
  window.addEventListener('pointermove', (e) => {
    if (!e.isTrusted || !on.on()) return
    on.alone(e.altKey)
    if (grabbed === 'pointer' && e.isPrimary) on.hand()?.drag?.(at(e))
    if (press && Math.hypot(at(e).x - press.from.x, at(e).y - press.from.y) > still) endPress()
  }, { signal })
  const release = (e: PointerEvent, cancelled: boolean) => {
    endPress()
    if (grabbed !== 'pointer' || !e.isPrimary) return
    grabbed = null
    swallow = true
    window.setTimeout(() => { swallow = false }, 80)
    if (cancelled) on.hand()?.letGo?.()
    else void on.hand()?.drop?.()
  }
  window.addEventListener('pointerup', (e) => release(e, false), { signal })
  window.addEventListener('pointercancel', (e) => release(e, true), { signal })
  container.addEventListener('click', (e) => {
    if (!swallow) return
    swallow = false
    e.stopPropagation()
  }, { capture: true, signal })
  let rightDown: XY | null = null
  container.addEventListener('mousedown', (e) => { if (e.button === 2) rightDown = at(e) }, { capture: true, signal })
  container.addEventListener('contextmenu', (e) => {
    if (!on.on() || e.target !== canvas) return
    e.preventDefault()
    const p = at(e)
    const turned = rightDown && Math.hypot(p.x - rightDown.x, p.y - rightDown.y) > still
    if (rightDown && !turned && !on.sketching()) on.choose(p)
    rightDown = null
  }, { capture: true, signal })

  const click = (e: MapMouseEvent) => { if (on.on() && !on.sketching()) void on.hand()?.click?.(e.point) }
  const hover = (e: MapMouseEvent) => { if (on.on() && !grabbed && !on.sketching() && !cursor) on.hand()?.hover?.(gl.isMoving() ? null : e.point) }
  const out = () => { if (on.on() && !grabbed && !cursor) on.hand()?.hover?.(null) }
  gl.on('click', click)
  gl.on('mousemove', hover)
  gl.on('mouseout', out)

  /** Tells Terra Draw of the keyboard's cross as if it were a pointer. */
  function synthetic(type: string, p: XY): void {
    const box = canvas.getBoundingClientRect()
    canvas.dispatchEvent(new PointerEvent(type, {
      clientX: box.left + p.x, clientY: box.top + p.y, isPrimary: true, button: type === 'pointermove' ? -1 : 0, bubbles: true, pointerType: 'mouse',
    }))
  }

  function follow(p: XY): void {
    if (on.sketching()) synthetic('pointermove', p)
    else if (grabbed === 'key') on.hand()?.drag?.(p)
    else on.hand()?.hover?.(p)
  }

  function step(e: KeyboardEvent): void {
    const [dx, dy] = steps[e.key]
    const by = e.shiftKey ? 1 : e.ctrlKey || e.metaKey ? 40 : 8
    const { clientWidth: w, clientHeight: h } = canvas
    const from = cursor ?? { x: w / 2, y: h / 2 }
    const to = { x: from.x + dx * by, y: from.y + dy * by }
    const inside = { x: Math.min(w - margin, Math.max(margin, to.x)), y: Math.min(h - margin, Math.max(margin, to.y)) }
    if (inside.x !== to.x || inside.y !== to.y) gl.panBy([to.x - inside.x, to.y - inside.y], { animate: false })
    moveCursor(inside)
    follow(inside)
  }

  function enter(): void {
    if (!cursor) {
      if (on.sketching() && on.finish()) return
      moveCursor({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 })
      return follow(cursor!)
    }
    if (on.sketching()) {
      synthetic('pointermove', cursor)
      synthetic('pointerdown', cursor)
      return synthetic('pointerup', cursor)
    }
    const hand = on.hand()
    if (grabbed === 'key') {
      grabbed = null
      void hand?.drop?.()
    } else if (hand?.grab?.(cursor)) {
      grabbed = 'key'
      hand.drag?.(cursor)
    } else if (hand?.click) {
      void hand.click(cursor)
    } else {
      on.select(cursor)
    }
  }

  container.addEventListener('keydown', (e) => {
    if (!on.on() || e.target !== canvas) return
    on.alone(e.altKey)
    const plain = !e.ctrlKey && !e.metaKey
    if (steps[e.key]) step(e)
    else if (e.key === 'Enter') enter()
    else if (e.key === 'Escape') {
      if (grabbed) {
        grabbed = null
        on.hand()?.letGo?.()
      } else on.escape()
    } else if (e.key === 'Backspace' && plain) on.back()
    else if (e.key === 'Delete' && plain) on.remove()
    else return
    e.preventDefault()
    e.stopPropagation()
  }, { capture: true, signal })

  return () => {
    endPress()
    gone.abort()
    gl.off('click', click)
    gl.off('mousemove', hover)
    gl.off('mouseout', out)
  }
}
