import type { APIRequestContext, Locator, Page, Response } from '@playwright/test'
import type { Live, Scenario } from '../../src/api/scenario'
import type { FullFeature, LonLat } from '../../src/api/types'
import { violations } from './axe'
import { expect, json, open, pixelOf, shot, test } from './fixture'

/** The standard whose circles on foot leave the demo room to grow. */
const profile = 'yantai-beautiful-community/improvement'
const circle = '6-basic' // within a quarter of an hour

async function begin(request: APIRequestContext, server: string, name: string): Promise<string> {
  const answer = await request.post(`${server}/api/scenarios`, { data: { name } })
  expect(answer.ok(), await answer.text()).toBe(true)
  return ((await answer.json()) as Scenario).id
}

interface View { at: LonLat; z: number; on?: string; sel?: string; tab?: string; lang?: string }

async function edit(page: Page, server: string, id: string, v: View): Promise<void> {
  const rest = [v.on && `on=${v.on}`, v.sel && `sel=${v.sel}`, `tab=${v.tab ?? (v.sel ? 'feature' : 'scenario')}`, v.lang && `lang=${v.lang}`].filter(Boolean).join('&')
  await open(page, server, `#at=${v.at.join()}&z=${v.z}&scenario=${id}&indicator=${profile}/&${rest}`)
}

const posted = (page: Page): Promise<Response> => page.waitForResponse((r) => r.url().includes('/edits') && r.request().method() === 'POST', { timeout: 30_000 })
const scenarioOf = (request: APIRequestContext, server: string, id: string) => json<Scenario>(request, `${server}/api/scenarios/${id}`)
const featureOf = (request: APIRequestContext, server: string, id: string, layer: string, feature: string) =>
  json<FullFeature>(request, `${server}/api/layers/${layer}/features/${feature}?scenario=${id}`)
const hint = (page: Page) => page.getByTestId('edit-hint')

/** The value of the circle: with the scenario and without. */
async function circleOf(request: APIRequestContext, server: string, id: string) {
  const live = await json<Live>(request, `${server}/api/scenarios/${id}/live?community=community-1&profile=${encodeURIComponent(profile)}`)
  const v = live.values!.find((x) => x.requirement === circle)!
  return { value: v.value!, base: v.base!, numerator: v.numerator, base_numerator: v.base_numerator }
}

/** The row of the circle in the panel. */
async function row(page: Page): Promise<Locator> {
  const part = page.getByTestId('part-values')
  if (!(await part.isVisible())) {
    const tab = page.getByRole('tab', { name: '方案', exact: true })
    await ((await tab.isVisible()) ? tab : page.locator('.phone-tabs button').nth(3)).click()
  }
  await part.click()
  const found = page.locator(`[data-value="${circle}"]`)
  await page.getByTestId('live').locator('.sum').waitFor()
  if (!(await found.isVisible())) await page.getByTestId('all-values').click()
  return found
}
const figure = async (page: Page): Promise<number> => Number((await (await row(page)).getByTestId('value-now').innerText()).replace(/[^0-9.]/g, ''))

/** A place on the eastern wall of the compound, south of its locked gate. */
async function onTheWall(request: APIRequestContext, server: string, share = 0.5): Promise<LonLat> {
  const wall = await json<FullFeature>(request, `${server}/api/layers/barriers/features/wall-pine-1`)
  const [, a, b] = (wall.geometry as GeoJSON.LineString).coordinates
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
}

/** What must be true of a gate, however it was drawn. */
async function gateIsThere(request: APIRequestContext, server: string, id: string): Promise<void> {
  const { edits } = await scenarioOf(request, server, id)
  expect(edits!.map((e) => [e.layer, e.op, e.kind])).toEqual([['entrances', 'add', 'gate'], ['ways', 'add', 'footpath']])
  const [gate, path] = edits!.map((e) => e.feature!)
  expect(edits![0].group).toBe(edits![1].group)
  const at = (gate.geometry as GeoJSON.Point).coordinates
  const chain = (path.geometry as GeoJSON.LineString).coordinates
  expect(chain).toContainEqual(at) // the gate is a point of the path, to the last digit
  expect(gate.properties).toMatchObject({ of: 'compound-1', locked: false })
}

test.describe('with a pointer', () => {
  test('a gate through the wall raises the quarter-hour circle, and undo gives the value back exactly', async ({ page, server, request }) => {
    const id = await begin(request, server, '东墙开门')
    const at = await onTheWall(request, server)
    const asked: string[] = []
    await edit(page, server, id, { at, z: 17.5, on: 'barriers,entrances' })
    const before = await figure(page)
    const bare = await circleOf(request, server, id)
    expect(bare.value).toBe(bare.base)
    expect(before).toBeCloseTo(bare.base, 1)
    await page.getByTestId('edit').click()
    await page.getByTestId('entry-gate').click()
    const p = await pixelOf(page, at)
    await expect(async () => {
      await page.mouse.move(p.x + 40, p.y)
      await page.mouse.move(p.x + 4, p.y, { steps: 3 })
      await expect(page.getByTestId('snapped')).toContainText('障碍', { timeout: 500 })
    }).toPass()
    await shot(page, 'edit-gate-aimed')
    page.on('request', (r) => { if (r.url().includes('/tiles/')) asked.push(new URL(r.url()).pathname.split('/')[2]) })
    const [answer] = await Promise.all([posted(page), page.mouse.click(p.x + 4, p.y)])
    expect(answer.status()).toBe(200)
    await gateIsThere(request, server, id)
    // The form asks first what the entry says.
    await expect(page.getByTestId('ask-first')).toContainText('人员门禁')
    await shot(page, 'edit-gate-form')
    await expect.poll(() => figure(page), { timeout: 30_000 }).toBeGreaterThan(before + 10)
    const after = await circleOf(request, server, id)
    expect(await figure(page)).toBeCloseTo(after.value, 1)
    await expect(await row(page)).toContainText('→')
    await expect(page.getByTestId('changes')).toContainText('▲')
    await shot(page, 'edit-gate-value')
    // Only tiles of what changed are asked again: inputs that were drawn on, and results.
    expect(asked.filter((layers) => ['buildings', 'greens', 'areas', 'compounds', 'barriers', 'facilities'].includes(layers))).toEqual([])
    expect(asked).toContain('ways')

    await Promise.all([posted(page), page.getByTestId('edit-undo').click()])
    await expect(hint(page)).toContainText('已撤销')
    await expect.poll(() => figure(page)).toBe(before)
    const back = await circleOf(request, server, id)
    expect(back).toEqual(bare)
    expect((await scenarioOf(request, server, id)).hash).toBe('')
    // And again, by the keyboard.
    await Promise.all([posted(page), page.keyboard.press('Control+Shift+Z')])
    expect(await circleOf(request, server, id)).toEqual(after)
    await gateIsThere(request, server, id)
    await Promise.all([posted(page), page.keyboard.press('Control+z')])
    expect(await circleOf(request, server, id)).toEqual(bare)
  })

  test('a footpath ends exactly on the way that it was snapped to; a point taken back is gone', async ({ page, server, request }) => {
    const id = await begin(request, server, '步行道')
    const way = await json<FullFeature>(request, `${server}/api/layers/ways/features/way-0149`)
    const [a, b] = (way.geometry as GeoJSON.LineString).coordinates as LonLat[]
    const middle: LonLat = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
    await edit(page, server, id, { at: middle, z: 18.5 })
    await page.getByTestId('edit').click()
    await page.getByTestId('entry-footpath').click()
    const p = await pixelOf(page, middle)
    await expect(async () => {
      await page.mouse.move(p.x + 60, p.y + 60)
      await page.mouse.move(p.x + 2, p.y + 2, { steps: 3 })
      await expect(page.getByTestId('snapped')).toContainText('道路', { timeout: 500 })
    }).toPass()
    await page.mouse.click(p.x + 2, p.y + 2)
    const click = async (dx: number, dy: number) => {
      await page.mouse.move(p.x + dx, p.y + dy, { steps: 3 })
      await page.mouse.click(p.x + dx, p.y + dy)
    }
    await page.keyboard.down('Alt') // not to what else is near
    await click(90, 60)
    await click(190, 30)
    await page.keyboard.press('Backspace')
    await click(150, 110)
    await shot(page, 'edit-footpath')
    const [answer] = await Promise.all([posted(page), page.keyboard.press('Enter')])
    await page.keyboard.up('Alt')
    expect(answer.status()).toBe(200)
    const { edits } = await scenarioOf(request, server, id)
    const chain = (edits![0].feature!.geometry as GeoJSON.LineString).coordinates
    expect(chain).toHaveLength(3)
    // On the line between the two points of the way, as near as numbers can say.
    const share = (chain[0][0] - a[0]) / (b[0] - a[0])
    expect(Math.abs(a[1] + share * (b[1] - a[1]) - chain[0][1])).toBeLessThan(1e-12)
  })

  test('a point of a way is moved with all that share it, as one act', async ({ page, server, request }) => {
    const id = await begin(request, server, '改线形')
    const ways = (await json<{ features: FullFeature[] }>(request, `${server}/api/layers/ways/features?limit=1000`)).features.filter((f) => f.geometry?.type === 'LineString')
    const shared = new Map<string, string[]>()
    for (const w of ways) for (const q of new Set((w.geometry as GeoJSON.LineString).coordinates.map(String))) shared.set(q, [...(shared.get(q) ?? []), w.id])
    const inside = (q: string) => { const [x, y] = q.split(',').map(Number); return x > 117.0868 && x < 117.0900 && y > 36.1685 && y < 36.1718 }
    const [key, ids] = [...shared].find(([q, list]) => list.length === 3 && inside(q))!
    const at = key.split(',').map(Number) as LonLat
    await edit(page, server, id, { at, z: 19, sel: `ways/${ids[0]}` })
    await page.getByTestId('edit').click()
    await page.getByTestId('tool-vertices').click()
    const p = await pixelOf(page, at)
    await page.waitForTimeout(1500) // what is around is read
    await shot(page, 'edit-vertices')
    await page.mouse.move(p.x, p.y)
    await page.mouse.down()
    await page.keyboard.down('Shift')
    await page.mouse.move(p.x + 30, p.y + 24, { steps: 6 })
    await shot(page, 'edit-vertex-dragged')
    const [answer] = await Promise.all([posted(page), page.mouse.up()])
    await page.keyboard.up('Shift')
    expect(answer.status()).toBe(200)
    const { touched } = await scenarioOf(request, server, id)
    expect(touched!.map((x) => x.id).sort()).toEqual([...ids].sort())
    const after = await Promise.all(ids.map((w) => featureOf(request, server, id, 'ways', w)))
    const moved = after.map((f, i) => {
      const now = (f.geometry as GeoJSON.LineString).coordinates
      const old = (ways.find((w) => w.id === ids[i])!.geometry as GeoJSON.LineString).coordinates
      expect(now).toHaveLength(old.length)
      const others = now.filter((q, k) => String(q) !== String(old[k]))
      expect(others).toHaveLength(1)
      return String(others[0])
    })
    expect(new Set(moved).size).toBe(1)
    expect(moved[0]).not.toBe(key)
    // One act for the gesture, taken back as one.
    await Promise.all([posted(page), page.getByTestId('edit-undo').click()])
    expect((await scenarioOf(request, server, id)).touched).toEqual([])
  })

  test('a way is split where it is clicked, and both parts meet', async ({ page, server, request }) => {
    const id = await begin(request, server, '拆分')
    const way = await json<FullFeature>(request, `${server}/api/layers/ways/features/way-0149`)
    const chain = (way.geometry as GeoJSON.LineString).coordinates as LonLat[]
    const at: LonLat = [chain[0][0] * 0.4 + chain[1][0] * 0.6, chain[0][1] * 0.4 + chain[1][1] * 0.6]
    await edit(page, server, id, { at, z: 18, sel: 'ways/way-0149' })
    await page.getByTestId('edit').click()
    await page.getByTestId('tool-split').click()
    const p = await pixelOf(page, at)
    await expect(async () => {
      await page.mouse.move(p.x + 30, p.y)
      await page.mouse.move(p.x + 3, p.y, { steps: 2 })
      await expect(page.getByTestId('snapped')).toContainText('道路', { timeout: 500 })
    }).toPass()
    await shot(page, 'edit-split')
    const [answer] = await Promise.all([posted(page), page.mouse.click(p.x + 3, p.y)])
    expect(answer.status()).toBe(200)
    const { edits } = await scenarioOf(request, server, id)
    expect(edits!.map((e) => [e.op, e.layer])).toEqual([['move', 'ways'], ['add', 'ways']])
    const [first, second] = [edits![0].geometry, edits![1].feature!.geometry].map((g) => (g as GeoJSON.LineString).coordinates)
    expect(first.at(-1)).toEqual(second[0])
    expect([...first.slice(0, -1), ...second.slice(1)].map(String)).toEqual(chain.map(String))
    expect(edits![1].feature!.properties).toEqual(way.properties)
  })

  test('a lamp is deleted by a key without a question, and undo brings it back', async ({ page, server, request }) => {
    const id = await begin(request, server, '路灯')
    const lamp = await json<FullFeature>(request, `${server}/api/layers/devices/features/lamp-003`)
    const at = (lamp.geometry as GeoJSON.Point).coordinates as LonLat
    await edit(page, server, id, { at, z: 19, on: 'devices' })
    await page.getByTestId('edit').click()
    const p = await pixelOf(page, at)
    await page.mouse.click(p.x, p.y)
    await expect(page.getByTestId('tools')).toContainText('路灯003')
    const [answer] = await Promise.all([posted(page), page.keyboard.press('Delete')])
    expect(answer.status()).toBe(200)
    await expect(hint(page)).toContainText('已删除路灯003')
    expect((await scenarioOf(request, server, id)).touched).toEqual([{ layer: 'devices', id: 'lamp-003', op: 'deleted' }])
    await page.waitForTimeout(800)
    await shot(page, 'edit-deleted')
    await Promise.all([posted(page), page.keyboard.press('Control+z')])
    expect((await scenarioOf(request, server, id)).touched).toEqual([])
    expect(await featureOf(request, server, id, 'devices', 'lamp-003')).toEqual(lamp)
  })

  test('attributes are changed by the form: only what was changed, unknown is a value, wrong figures are told at the field', async ({ page, server, request }) => {
    const id = await begin(request, server, '属性')
    const way = await json<FullFeature>(request, `${server}/api/layers/ways/features/way-0149`)
    await edit(page, server, id, { at: (way.geometry as GeoJSON.LineString).coordinates[0] as LonLat, z: 17.5, sel: 'ways/way-0149' })
    await page.getByTestId('edit').click()
    const form = page.getByTestId('attribute-form')
    const width = page.getByTestId('field-width_m')
    await width.getByRole('textbox').fill('900')
    await expect(width).toContainText('0 至 200')
    await expect(page.getByTestId('save')).toBeDisabled()
    await width.getByRole('textbox').fill('7.5')
    await expect(width).toContainText('原为 5.5 m')
    await page.getByTestId('field-lit').getByRole('combobox').selectOption({ label: '未知' })
    await page.getByTestId('field-surface').getByRole('button', { name: /未知/ }).click()
    await expect(form).toContainText('改了 3 项')
    await shot(page, 'edit-form')
    const [answer] = await Promise.all([posted(page), page.keyboard.press('Tab').then(() => page.getByTestId('save').click())])
    expect(answer.status()).toBe(200)
    const { edits } = await scenarioOf(request, server, id)
    expect(edits!.map((e) => [e.op, e.id, e.set])).toEqual([['change', 'way-0149', { width_m: 7.5, lit: null, surface: null }]])
    await expect(form).not.toContainText('改了')
    await expect(width.getByRole('textbox')).toHaveValue('7.5')
    await Promise.all([posted(page), page.getByTestId('edit-undo').click()])
    await expect(width.getByRole('textbox')).toHaveValue('5.5')
  })

  test('a building becomes green in one act; a camera is aimed by its handle', async ({ page, server, request }) => {
    const id = await begin(request, server, '拆违建绿')
    const house = await json<FullFeature>(request, `${server}/api/layers/buildings/features/b-ramp-pine-a`)
    const outline = (house.geometry as GeoJSON.Polygon).coordinates[0] as LonLat[]
    const at: LonLat = [(outline[0][0] + outline[2][0]) / 2, (outline[0][1] + outline[2][1] + outline[3][1]) / 3]
    await edit(page, server, id, { at, z: 18.5, on: 'cameras' })
    await page.getByTestId('edit').click()
    await page.getByTestId('theme-green').click()
    await page.getByTestId('entry-demolish_green').click()
    const p = await pixelOf(page, at)
    await page.mouse.move(p.x, p.y, { steps: 3 })
    await page.waitForTimeout(1500)
    await shot(page, 'edit-demolish')
    const [gone] = await Promise.all([posted(page), page.mouse.click(p.x, p.y)])
    expect(gone.status()).toBe(200)
    const after = await scenarioOf(request, server, id)
    expect(after.edits!.slice(0, 2).map((e) => [e.op, e.layer, e.kind])).toEqual([['delete', 'buildings', 'demolish'], ['add', 'greens', 'green']])
    expect(after.edits![1].feature!.geometry).toEqual(house.geometry)
    expect(new Set(after.edits!.map((e) => e.group)).size).toBe(1)

    await page.getByTestId('theme-safety').click()
    await page.getByTestId('entry-camera').click()
    await page.keyboard.down('Alt')
    await page.mouse.move(p.x + 120, p.y + 90, { steps: 3 })
    const [placed] = await Promise.all([posted(page), page.mouse.click(p.x + 120, p.y + 90)])
    await page.keyboard.up('Alt')
    expect(placed.status()).toBe(200)
    // Its handle stands north of it; drawn to the east it looks east.
    await expect(page.getByTestId('tools')).toContainText('枪机')
    await page.mouse.move(p.x + 120, p.y + 90 - 58)
    await page.mouse.down()
    await page.mouse.move(p.x + 200, p.y + 60, { steps: 4 })
    await page.mouse.move(p.x + 200, p.y + 90, { steps: 4 })
    await shot(page, 'edit-aim')
    const [aimed] = await Promise.all([posted(page), page.mouse.up()])
    expect(aimed.status()).toBe(200)
    const camera = (await scenarioOf(request, server, id)).edits!.at(-1)!
    expect([camera.layer, camera.op]).toEqual(['cameras', 'add'])
    expect(Math.abs((camera.feature!.properties.azimuth_deg as number) - 90)).toBeLessThanOrEqual(2) // pixels are whole
  })
})

test('a gate by the keyboard alone', async ({ page, server, request }) => {
  const id = await begin(request, server, '键盘开门')
  const at = await onTheWall(request, server, 0.4)
  await edit(page, server, id, { at, z: 17.5, on: 'barriers' })
  const focused = (test_: string) => page.evaluate((name) => document.activeElement?.getAttribute('data-test') === name, test_)
  const tabTo = async (name: string) => {
    for (let i = 0; i < 120; i++) {
      if (await focused(name)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`Tab does not reach ${name}`)
  }
  await tabTo('edit')
  await page.keyboard.press('Enter')
  await tabTo('theme-walking')
  await page.keyboard.press('Enter')
  await tabTo('entry-gate')
  await page.keyboard.press('Enter')
  for (let i = 0; i < 60 && !(await page.evaluate(() => document.activeElement?.classList.contains('maplibregl-canvas'))); i++) await page.keyboard.press('Tab')
  // The cross begins in the middle, which is on the wall: from the side it is led back to it.
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft')
  await page.waitForTimeout(1500)
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
  await expect(page.getByTestId('snapped')).toContainText('障碍')
  await shot(page, 'edit-keyboard')
  const [answer] = await Promise.all([posted(page), page.keyboard.press('Enter')])
  expect(answer.status()).toBe(200)
  await gateIsThere(request, server, id)
  const found = await circleOf(request, server, id)
  expect(found.value).toBeGreaterThan(found.base + 10)
  await Promise.all([posted(page), page.keyboard.press('Control+z')])
  expect((await circleOf(request, server, id)).value).toBe(found.base)
})

test.describe('with a finger', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } })

  test('a gate on a phone', async ({ page, server, request }) => {
    const id = await begin(request, server, '触屏开门')
    const at = await onTheWall(request, server, 0.6)
    await edit(page, server, id, { at, z: 17.5, on: 'barriers' })
    await page.getByTestId('edit').tap()
    await page.getByTestId('theme').selectOption('walking')
    await page.getByTestId('entry-gate').tap()
    await page.waitForTimeout(1500)
    await shot(page, 'edit-phone')
    const p = await pixelOf(page, at)
    const [answer] = await Promise.all([posted(page), page.touchscreen.tap(p.x + 6, p.y + 2)])
    expect(answer.status()).toBe(200)
    await gateIsThere(request, server, id)
    await page.waitForTimeout(600)
    await shot(page, 'edit-phone-form')
    const found = await circleOf(request, server, id)
    expect(found.value).toBeGreaterThan(found.base + 10)
    await expect.poll(() => figure(page)).toBeCloseTo(found.value, 1)
    await shot(page, 'edit-phone-values')
    await Promise.all([posted(page), page.getByTestId('edit-undo').tap()])
    expect((await circleOf(request, server, id)).value).toBe(found.base)
  })

  test('a point of a way is dragged, and the map stays', async ({ page, server, request }) => {
    const id = await begin(request, server, '触屏改线形')
    const way = await json<FullFeature>(request, `${server}/api/layers/ways/features/way-0149`)
    const at = (way.geometry as GeoJSON.LineString).coordinates[1] as LonLat
    await edit(page, server, id, { at, z: 18, sel: 'ways/way-0149' })
    await page.getByTestId('edit').tap()
    await page.getByTestId('tool-vertices').tap()
    await page.waitForTimeout(1500)
    const p = await pixelOf(page, at)
    const view = new URL(page.url()).hash.match(/at=([^&]*)/)![1]
    const client = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number, y?: number) => client.send('Input.dispatchTouchEvent', { type, touchPoints: x === undefined ? [] : [{ x, y: y! }] })
    await touch('touchStart', p.x + 5, p.y - 4)
    for (let i = 1; i <= 6; i++) await touch('touchMove', p.x - i * 7, p.y + i * 6)
    await shot(page, 'edit-phone-dragged')
    const [answer] = await Promise.all([posted(page), touch('touchEnd')])
    expect(answer.status()).toBe(200)
    const now = await featureOf(request, server, id, 'ways', 'way-0149')
    const [before, after] = [way, now].map((f) => (f.geometry as GeoJSON.LineString).coordinates.map(String))
    expect(after.filter((q, i) => q !== before[i])).toHaveLength(1)
    expect(new URL(page.url()).hash.match(/at=([^&]*)/)![1]).toBe(view)
  })

  test('long press offers what overlaps', async ({ page, server, request }) => {
    const id = await begin(request, server, '长按')
    const lamp = await json<FullFeature>(request, `${server}/api/layers/devices/features/lamp-003`)
    const at = (lamp.geometry as GeoJSON.Point).coordinates as LonLat
    await edit(page, server, id, { at, z: 18.5, on: 'devices' })
    await page.getByTestId('edit').tap()
    await page.waitForTimeout(800)
    const p = await pixelOf(page, at)
    const client = await page.context().newCDPSession(page)
    await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: p.x, y: p.y }] })
    await page.waitForTimeout(800)
    await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    const menu = page.getByTestId('chooser')
    await expect(menu).toContainText('路灯003')
    await shot(page, 'edit-phone-chooser')
    await menu.getByRole('button', { name: /路灯003/ }).tap()
    await expect(page.getByTestId('tools')).toContainText('路灯003')
  })
})

test('the tools can be told by everyone, in both languages', async ({ page, server, request }) => {
  const id = await begin(request, server, '无障碍')
  for (const lang of ['zh', 'en']) {
    await edit(page, server, id, { at: [117.0885, 36.17], z: 17, sel: 'ways/way-0149', lang })
    await page.getByTestId('edit').click()
    await expect(page.getByTestId('attribute-form')).toBeVisible()
    await page.getByTestId('entry-footpath').click()
    expect(await violations(page)).toEqual([])
    await page.getByTestId('tool-select').click()
    if (lang === 'en') expect((await page.getByTestId('edit-bar').innerText()).replace(/[^\u4e00-\u9fff]/g, '')).toMatch(/^(松涛环路)?$/)
    await shot(page, `edit-${lang}`)
    await page.goto('about:blank')
  }
})
