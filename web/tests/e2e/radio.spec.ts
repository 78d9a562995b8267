import type { Page } from '@playwright/test'
import type { Advice, FullFeature, RadioChoices, Run, Why } from '../../src/api/types'
import { shares } from '../../src/state/radio'
import { labelPoint } from '../../src/map/geometry'
import type { LonLat } from '../../src/api/types'
import { expect, inked, json, levelled, open, pixelOf, runsOf, settled, share, shot, test } from './fixture'
import { violations } from './axe'

const start = '#run=radio'

type Request = Parameters<typeof json>[0]
const radioRun = async (request: Request, server: string) => (await runsOf(request, server, 'radio'))[0]

/** Computes with a threshold profile, and waits for its answer. */
async function compute(page: Page, request: Request, server: string, thresholds: string): Promise<Run> {
  await page.getByTestId('settings').click()
  await page.getByTestId('thresholds').selectOption(thresholds)
  await expect(page.getByTestId('changed')).toBeVisible()
  await page.getByTestId('compute').click()
  await expect.poll(async () => (await radioRun(request, server)).params.thresholds, { timeout: 60_000 }).toBe(thresholds)
  await expect(page.getByTestId('changed')).toBeHidden()
  await settled(page)
  return radioRun(request, server)
}

/** Asks why at a place of the map. */
async function ask(page: Page, at: LonLat): Promise<void> {
  const where = await pixelOf(page, at)
  await page.mouse.click(where.x, where.y)
  await page.getByRole('tab', { name: /为何此处|Why here/ }).click()
  await expect(page.getByTestId('link').first()).toBeVisible()
}

const features = async (request: Request, server: string, layer: string) =>
  (await json<{ features: FullFeature[] }>(request, `${server}/api/layers/${layer}/features?limit=1000`)).features

/** The middle of a building that the run looked into: of the one that is heard worst. */
async function worstBuilding(request: Request, server: string): Promise<FullFeature> {
  const level = (f: FullFeature) => (f.properties.rsrp_dbm as number | null) ?? Infinity
  return (await features(request, server, 'radio_buildings')).reduce((a, b) => (level(b) < level(a) ? b : a))
}

test('the first look at 5G says how much is covered, by what threshold, and where', async ({ page, server, request }) => {
  await open(page, server, start)
  const run = await radioRun(request, server)
  const { thresholds } = await json<RadioChoices>(request, `${server}/api/radio/choices`)
  const profile = thresholds!.find((p) => p.id === run.params.thresholds)!
  const of = shares(run)
  expect(await share(page)).toBeCloseTo(Math.min(99.9, of.covered!.value!), 0)
  await expect(page.getByTestId('share-outdoor')).toContainText('室外')
  await expect(page.getByTestId('share-indoor')).toContainText('%')
  expect(await levelled(page, profile.classes.length)).toBeGreaterThan(20_000)
  await page.getByTestId('settings').click()
  if (!profile.sourced) await expect(page.getByTestId('not-sourced').first()).toBeVisible()
  await expect(page.getByTestId('assume')).not.toBeChecked()
  await shot(page, 'radio-form')
  await page.getByTestId('settings').click()
  await shot(page, 'radio-first')
})

test('whose area is drawn is chosen in the table, and the address remembers', async ({ page, server, request }) => {
  await open(page, server, start)
  const run = await radioRun(request, server)
  const classes = 6
  const before = await levelled(page, classes)
  const row = page.getByTestId('group').nth(1)
  await row.getByRole('button').click()
  await expect(row.getByRole('button')).toHaveAttribute('aria-pressed', 'true')
  await expect(page).toHaveURL(/group=operator/)
  await expect(page.getByTestId('view-covered')).toHaveAttribute('aria-pressed', 'true')
  await settled(page)
  expect(await levelled(page, classes)).toBeLessThan(before / 2)
  await shot(page, 'radio-operator')
  const gaps = await features(request, server, 'radio_gaps')
  await expect(page.getByTestId('gaps').getByRole('heading')).toContainText(String(gaps.length))
  await expect(page.getByTestId('gaps').locator('.places button').first()).toContainText(/中国/)
  await page.getByTestId('view-servers').click()
  await settled(page)
  await shot(page, 'radio-servers')
  await open(page, server, new URL(page.url()).hash)
  await expect(page.getByTestId('view-servers')).toHaveAttribute('aria-pressed', 'true')
  expect(run.id).toBe('radio')
})

test('a stricter threshold is computed, and what is not covered is listed and gone to', async ({ page, server, request }) => {
  await open(page, server, start)
  const before = await radioRun(request, server)
  const run = await compute(page, request, server, 'sure-105')
  const of = shares(run)
  expect(of.covered!.value!).toBeLessThan(shares(before).covered!.value! + 1e-9)
  expect(await share(page)).toBeCloseTo(Math.min(99.9, of.covered!.value!), 0)
  await shot(page, 'radio-stricter')
  const rows = page.locator('.places button')
  await expect(rows.first()).toBeVisible()
  const drawn = await inked(page)
  await rows.first().hover()
  await expect.poll(() => inked(page)).toBeGreaterThan(drawn)
  await rows.first().click()
  await expect(page.getByRole('tab', { selected: true })).not.toHaveText('分析结果')
  await settled(page)
  await shot(page, 'radio-row-to-place')
  // Back as it was, for the flows that follow.
  await page.getByRole('tab', { name: '分析结果' }).click()
  await compute(page, request, server, before.params.thresholds!)
})

test('why here: every cell with its level, what blocks it, and the path from the side', async ({ page, server, request }) => {
  await open(page, server, start)
  const building = await worstBuilding(request, server)
  await ask(page, labelPoint(building.geometry) as LonLat)
  const spot = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('spot')!.split(',')
  const { signals } = await json<Why>(request, `${server}/api/why?lon=${spot[0]}&lat=${spot[1]}&profile=adult`)
  const links = signals!.links!
  const rows = page.getByTestId('link')
  expect(await rows.count()).toBe(links.length)
  await expect(rows.first()).toContainText(`${Math.round(links[0].rsrp_dbm)} dBm`.replace('-', '−'))
  await settled(page)
  await shot(page, 'radio-why')

  // The row under the pointer is the line on the map.
  const blocked = links.findIndex((l) => l.path === 'nlos' && l.blockers!.some((b) => b.building))
  expect(blocked).toBeGreaterThanOrEqual(0)
  await rows.nth(blocked).click()
  await expect(page).toHaveURL(new RegExp(`cell=${links[blocked].cell}`))
  const section = page.getByTestId('section')
  await expect(section.locator('svg')).toBeVisible()
  expect(await section.locator('.solid.blocks').count()).toBeGreaterThan(0)
  await expect(section.locator('svg')).toHaveAttribute('aria-label', /侧视/)
  await section.getByText('文字说明').click()
  await expect(section.locator('li').first()).toContainText('天线离地')
  await settled(page)
  await shot(page, 'radio-section')

  // The drawing and the map point at the same place, both ways.
  const box = (await section.locator('svg').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await expect(section.locator('.reading')).toContainText('视线离地')
  await settled(page)
  await shot(page, 'radio-section-pointed')
  const from = await pixelOf(page, links[blocked].at)
  const to = await pixelOf(page, [Number(spot[0]), Number(spot[1])])
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2)
  await expect(section.locator('.reading')).toContainText(`${Math.round(links[blocked].distance_m / 2)} m 处`)
  await page.mouse.move(box.x + box.width / 2, 5)
  await expect(section.locator('.reading')).not.toContainText('视线离地')

  // The link of the answer draws the same path again.
  await open(page, server, new URL(page.url()).hash)
  await expect(page.getByTestId('section')).toBeVisible()
})

test('what a coverage run found for a building stands with the building', async ({ page, server, request }) => {
  await open(page, server, start)
  const building = await worstBuilding(request, server)
  const where = await pixelOf(page, labelPoint(building.geometry) as LonLat)
  await page.mouse.click(where.x, where.y)
  await expect(page.getByTestId('attributes')).toContainText(building.id)
  await expect(page.locator('.outcome')).toContainText('dBm')
  await page.getByRole('button', { name: '切换到三维视图' }).click()
  await settled(page)
  expect(await levelled(page, 6)).toBeGreaterThan(5000)
  await shot(page, 'radio-solid')
})

test('signals are told in English too, and pass WCAG 2.1 AA as far as a machine can tell', async ({ page, server, request }) => {
  await open(page, server, `${start}&lang=en`)
  await page.getByTestId('settings').click()
  const own = () => page.locator('.rail h2, .rail .title, [role=tab], .section h3, .section h4, .caption, .options label > span, .options p, .legend, .views, thead th, .terms dt, .facts, .verdict')
    .allInnerTexts()
  // Data keeps its own language: names of buildings and operators.
  const foreign = (texts: string[]) => texts.filter((text) => /[\u4e00-\u9fff]/.test(text) && !/Blocked by/.test(text))
  expect(foreign(await own())).toEqual([])
  expect(await violations(page), 'result').toEqual([])
  await page.getByTestId('settings').click()
  await shot(page, 'radio-english')
  const building = await worstBuilding(request, server)
  await ask(page, labelPoint(building.geometry) as LonLat)
  await page.getByTestId('link').nth(1).click()
  await expect(page.getByTestId('section')).toBeVisible()
  expect(foreign(await own())).toEqual([])
  expect(await violations(page), 'why').toEqual([])
  await settled(page)
  await shot(page, 'radio-english-why')
})

test('a run without enough evidence says what to collect, and offers a trial', async ({ page, server, request }) => {
  const missing = [{ zh: '3 个小区缺少离地高度', en: '3 cells lack a height' }]
  const runs = (await json<{ runs: Run[] }>(request, `${server}/api/runs`)).runs.map((r) => (r.analysis !== 'radio' ? r : {
    ...r, values: r.values!.slice(0, 4).map((v) => ({ ...v, value: null, numerator: undefined, denominator: undefined, missing })),
  }))
  await page.route('**/api/runs', (r) => r.fulfill({ contentType: 'application/json', body: JSON.stringify({ runs }) }))
  await page.goto(`${server}/${start}`)
  await expect(page.getByTestId('insufficient')).toContainText('证据不足')
  await expect(page.getByTestId('insufficient')).toContainText(missing[0].zh)
  await expect(page.getByTestId('try-defaults')).toBeEnabled()
  await page.waitForSelector('html[data-map=idle]')
  await shot(page, 'radio-insufficient')
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('coverage and its reasons fit the screen', async ({ page, server }) => {
    await open(page, server, start)
    await shot(page, 'radio-phone-map')
    const tabs = page.locator('.phone-tabs')
    await tabs.getByRole('button', { name: '分析结果' }).click()
    await expect(page.getByTestId('share')).toBeVisible()
    await settled(page)
    await shot(page, 'radio-phone-result')
    await page.locator('#map').tap({ position: { x: 180, y: 150 } })
    await expect(page.locator('.frame')).not.toHaveAttribute('data-sheet', 'result')
    if ((await page.locator('.frame').getAttribute('data-sheet')) !== 'why') await tabs.getByRole('button', { name: '为何此处' }).click()
    await page.getByTestId('link').first().tap()
    await expect(page.getByTestId('section')).toBeVisible()
    await settled(page)
    await shot(page, 'radio-phone-why')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})

test('advice is asked for, ranked, and shown on the map', async ({ page, server, request }) => {
  await open(page, server, start)
  const { advice } = (await (await request.post(`${server}/api/analyses/radio/advice`, { data: {} })).json()) as { advice: Advice[] }
  await page.getByTestId('advise').click()
  if (advice.length) await expect(page.getByTestId('advice')).toHaveCount(advice.length)
  else await expect(page.getByText('没有哪一处改动能增加覆盖')).toBeVisible()
  // A community with gaps: what the list and the map make of an answer.
  const [cell] = await features(request, server, 'radio_cells')
  const at = (cell.geometry as GeoJSON.Point).coordinates as LonLat
  const made: Advice[] = [
    { change: 'add', candidate: 'lamp-1', kind: 'lamps', at: [at[0] - 0.002, at[1]], before: null, after: { azimuth_deg: 90, tilt_deg: 6, height_m: 10 }, gained_m2: 5230, lost_m2: 0, outdoor_share_before_pct: 93.1, outdoor_share_after_pct: 95.4, title: { zh: '在灯杆增加一个小区', en: 'Add a cell on a lamp post' } },
    { change: 'turn', cell: cell.id, at, before: { azimuth_deg: 120 }, after: { azimuth_deg: 150 }, gained_m2: 2110, lost_m2: 240, outdoor_share_before_pct: 93.1, outdoor_share_after_pct: 94, title: { zh: '转动一个小区', en: 'Turn a cell' } },
  ]
  await page.route('**/api/analyses/radio/advice', (r) => r.fulfill({ contentType: 'application/json', body: JSON.stringify({ advice: made }) }))
  await page.getByTestId('advise').click()
  const rows = page.getByTestId('advice')
  await expect(rows).toHaveCount(2)
  await expect(rows.first()).toContainText('+5,230 m²')
  await expect(rows.nth(1)).toContainText('方位角 120° → 150°')
  await expect(rows.nth(1)).toContainText('−240 m²')
  await rows.first().click()
  await expect(rows.first()).toHaveAttribute('aria-pressed', 'true')
  await settled(page)
  await rows.first().scrollIntoViewIfNeeded()
  await shot(page, 'radio-advice')
})
