import { expect, test } from 'vitest'
import type { Edit, EditInput, Step } from '../../src/api/scenario'
import { type Act, inputOf, inverse, ordered, type Planned, renumber, seen, type Taken, taken } from '../../src/state/scenarioacts'

/** What the server makes of steps: edits in the order of their numbers, which are not used twice. */
class Book {
  edits: Edit[] = []
  next = 1
  version = 1

  post(steps: Step[], author = 'me'): number[] {
    const seqs: number[] = []
    this.version++
    const made = (seq: number, e: EditInput): Edit => ({
      seq, layer: e.layer, op: e.op, id: e.id ?? '', feature: e.feature as Edit['feature'], set: e.set, geometry: e.geometry, z_m: e.z_m, off: e.off ?? false, idle: null,
      group: e.group ?? '', kind: e.kind ?? '', comment: e.comment ?? '', author, at: '', version: this.version,
    })
    for (const s of steps) {
      const at = (seq: number) => {
        const found = this.edits.find((e) => e.seq === seq)
        if (!found) throw new Error(`no edit ${seq}`)
        if ('seen' in s && s.seen !== undefined && found.version > s.seen && found.version < this.version) throw new Error(`edit ${seq} is of version ${found.version}, not ${s.seen}`)
        return found
      }
      switch (s.do) {
        case 'append': seqs.push(this.next); this.edits.push(made(this.next++, s.edit)); break
        case 'remove': s.seqs.forEach(at); this.edits = this.edits.filter((e) => !s.seqs.includes(e.seq)); break
        case 'replace': { const old = at(s.seqs[0]); this.edits = this.edits.map((e) => (e === old ? { ...made(e.seq, s.edit), off: e.off } : e)); break }
        case 'switch': for (const seq of s.seqs) { const old = at(seq); this.edits = this.edits.map((e) => (e === old ? { ...e, off: s.off, version: this.version } : e)) } break
      }
    }
    return seqs
  }

  /** What the edits of each feature are, in their order: all that has an effect. */
  content(): string {
    const of = new Map<string, EditInput[]>()
    for (const e of this.edits) of.set(`${e.layer}/${e.id}`, [...(of.get(`${e.layer}/${e.id}`) ?? []), inputOf(e)])
    return JSON.stringify([...of].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}

/** A session on a book: the stacks of acts, as the state of the page keeps them. */
class Session {
  done: Act[] = []
  undone: Act[] = []
  known = new Map<number, number>()
  constructor(readonly book: Book) {}

  ranks = new Map<number, number>()

  private post(meant: Planned[]): Taken {
    const before = this.book.edits
    const steps = ordered(meant, before, this.ranks)
    const seqs = this.book.post(seen(steps, this.known))
    const touched = new Set([...seqs, ...steps.flatMap((s) => ('seqs' in s ? s.seqs : []))])
    for (const e of this.book.edits) if (touched.has(e.seq)) this.known.set(e.seq, e.version)
    const came = taken(meant, steps, before, seqs, this.ranks)
    this.ranks = came.ranks
    return came
  }

  act(steps: Step[]): void {
    this.done.push({ label: { zh: '', en: '' }, steps: this.post(steps).back })
    this.undone = []
  }

  back(from: 'done' | 'undone', to: 'done' | 'undone'): void {
    const last = this[from].at(-1)!
    const { back, numbers } = this.post(last.steps)
    this[from].pop()
    this.done = this.done.map((a) => renumber(a, numbers))
    this.undone = this.undone.map((a) => renumber(a, numbers))
    this[to].push({ label: last.label, steps: back })
  }
}

function random(seed: number): (n: number) => number {
  let s = seed * 2654435761
  return (n) => {
    s = (Math.imul(s ^ (s >>> 15), 2246822519) + 0x9e3779b9) | 0
    return ((s ^ (s >>> 13)) >>> 0) % n
  }
}

function anyAct(book: Book, r: (n: number) => number): Step[] {
  const some = (n: number) => { const of = [...book.edits]; const out: number[] = []; while (out.length < n && of.length) out.push(of.splice(r(of.length), 1)[0].seq); return out.sort((a, b) => a - b) }
  const id = `f${r(6)}`
  switch (book.edits.length ? r(6) : 0) {
    case 0: case 1: return Array.from({ length: 1 + r(3) }, (_, i): Step => ({ do: 'append', edit: { layer: 'ways', op: 'change', id: i ? `f${r(6)}` : id, set: { lanes: r(100) }, ...(r(3) ? {} : { group: 'g', kind: 'gate', off: true }) } }))
    case 2: return [{ do: 'remove', seqs: some(1 + r(3)) }]
    case 3: return [{ do: 'replace', seqs: some(1), edit: { layer: 'ways', op: 'change', id: book.edits[0].id, set: { lanes: r(100) } } }]
    case 4: return [{ do: 'switch', seqs: some(1 + r(4)), off: r(2) === 0 }]
    default: return [{ do: 'switch', seqs: some(2), off: true }, { do: 'append', edit: { layer: 'greens', op: 'add', id: `g${r(1000)}` } }, { do: 'remove', seqs: some(1) }]
  }
}

test('whatever was done is undone exactly, step by step, and done again, also to and fro', () => {
  for (let seed = 1; seed <= 80; seed++) {
    const r = random(seed)
    const session = new Session(new Book())
    const states = [session.book.content()]
    for (let i = 0; i < 8; i++) {
      // A replacement keeps its feature.
      const steps = anyAct(session.book, r).map((s) => (s.do === 'replace' ? { ...s, edit: { ...s.edit, id: session.book.edits.find((e) => e.seq === s.seqs[0])!.id, layer: session.book.edits.find((e) => e.seq === s.seqs[0])!.layer } } : s))
      session.act(steps)
      states.push(session.book.content())
    }
    let at = states.length - 1
    for (let i = 0; i < 40; i++) {
      const undo = at > 0 && (at === states.length - 1 || r(2) === 0)
      session.back(undo ? 'done' : 'undone', undo ? 'undone' : 'done')
      at += undo ? -1 : 1
      const now = session.book.content()
      if (now !== states[at]) expect(now, `seed ${seed}, move ${i}`).toBe(states[at]) // many calls of expect are slow
    }
    while (at > 0) { session.back('done', 'undone'); at-- }
    expect(session.book.content()).toBe(states[0])
    expect(session.book.edits).toEqual([])
  }
})

test('an undo leaves alone what another wrote since', () => {
  const book = new Book()
  const session = new Session(book)
  session.act([{ do: 'append', edit: { layer: 'ways', op: 'change', id: 'w', set: { lanes: 3 } } }])
  book.post([{ do: 'replace', seqs: [1], edit: { layer: 'ways', op: 'change', id: 'w', set: { lanes: 4 } } }], 'other')
  const before = book.content()
  expect(() => session.back('done', 'undone')).toThrow(/version/)
  expect(book.content()).toBe(before)
})

test('what comes back goes before later edits of the same feature, and only those move', () => {
  const book = new Book()
  book.post([{ do: 'append', edit: { layer: 'ways', op: 'add', id: 'new' } }])
  book.post([{ do: 'append', edit: { layer: 'ways', op: 'change', id: 'other', set: { a: 1 } } }])
  book.post([{ do: 'append', edit: { layer: 'ways', op: 'change', id: 'new', set: { a: 2 } } }])
  const back = inverse([{ do: 'remove', seqs: [1] }], book.edits, [])
  book.post([{ do: 'remove', seqs: [1] }])
  book.post(seen(ordered(back, book.edits, new Map()), new Map()))
  expect(book.edits.map((e) => [e.id, e.op])).toEqual([['other', 'change'], ['new', 'add'], ['new', 'change']])
})

test('steps name the version of each edit, and edits of different versions go apart', () => {
  expect(seen([{ do: 'switch', seqs: [1, 2, 3], off: true }], new Map([[1, 7], [2, 9], [3, 7]])))
    .toEqual([{ do: 'switch', seqs: [1, 3], off: true, seen: 7 }, { do: 'switch', seqs: [2], off: true, seen: 9 }])
})
