import type { FullFeature, Why, Workspace } from '../../src/api/types'
import { bestMeasure, type BuildingTime } from '../../src/state/reach'
import { labelPoint } from '../../src/map/geometry'
import type { LonLat } from '../../src/api/types'
import { coloured, expect, inked, json, layersOf, open, pixelOf, runsOf, settled, share, shot, slideTo, test } from './fixture'

async function features(request: Parameters<typeof json>[0], server: string, layer: string): Promise<FullFeature[]> {
  return (await json<{ features: FullFeature[] }>(request, `${server}/api/layers/${layer}/features?limit=1000`)).features
}

/** A building of the community that the first run reaches, in its middle. */
async function aBuilding(request: Parameters<typeof json>[0], server: string) {
  const [run] = await runsOf(request, server)
  const reached = (await features(request, server, `${run.id}_buildings`))
    .filter((f) => typeof f.properties.minutes === 'number')
  const outcome = reached[Math.floor(reached.length / 2)]
  const building = await json<FullFeature>(request, `${server}/api/layers/buildings/features/${encodeURIComponent(outcome.id)}`)
  return { run, outcome, building, at: labelPoint(building.geometry) as LonLat }
}

test('the first map shows the community, its results and how to read them', async ({ page, server, request }) => {
  const started = Date.now()
  await open(page, server)
  test.info().annotations.push({ type: 'first map, settled', description: `${Date.now() - started} ms` })
  const workspace = await json<Workspace>(request, `${server}/api/workspace`)
  await expect(page).toHaveTitle(new RegExp(workspace.name))
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expect(page.getByText(workspace.name, { exact: true }).first()).toBeVisible()
  await expect(page.getByTestId('share')).toBeVisible()
  expect(await coloured(page)).toBeGreaterThan(3000)
  await shot(page, 'first-map')
})

test('a layer is switched off and on, and the address remembers', async ({ page, server, request }) => {
  await open(page, server)
  const [run] = await runsOf(request, server)
  const layers = await layersOf(request, server)
  const before = await coloured(page)
  for (const name of [`${run.id}_edges`, `${run.id}_buildings`]) {
    const title = layers.find((l) => l.name === name)!.title.zh.split(' · ').pop() // the run's own title stands above
    const box = page.getByRole('switch', { name: `显示图层“${title}”` })
    await expect(box).toBeChecked()
    await box.click()
    await expect(box).not.toBeChecked()
  }
  await settled(page)
  const without = await coloured(page)
  expect(without).toBeLessThan(before / 3)
  expect(page.url()).toContain(`${run.id}_edges`)
  await shot(page, 'layers-off')
  await page.reload()
  await open(page, server, new URL(page.url()).hash)
  expect(Math.abs((await coloured(page)) - without)).toBeLessThan(before / 10)
})

test('a layer opens its legend and fades', async ({ page, server }) => {
  await open(page, server)
  await page.getByRole('button', { name: '图层“建筑”的图例与不透明度' }).click()
  await expect(page.getByText('高度由层数推算')).toBeVisible()
  await page.getByRole('slider', { name: /^不透明度/ }).fill('0.3')
  await expect(page).toHaveURL(/fade=buildings:0.3/)
  await settled(page)
  await shot(page, 'legend')
})

test('the minutes slider recolours the map and recounts the share, as the run says', async ({ page, server, request }) => {
  await open(page, server)
  const [run] = await runsOf(request, server)
  const all = (await features(request, server, `${run.id}_buildings`)).map((f): BuildingTime => ({
    ...({ id: f.id, venue: null, venueName: null, reason: null } as BuildingTime),
    lived: !f.properties.use || f.properties.use === 'residential',
    minutes: (f.properties.minutes ?? null) as number | null,
    households: (f.properties.households ?? null) as number | null,
    residents: (f.properties.residents ?? null) as number | null,
  }))
  const of = bestMeasure(all)
  const weight = (b: BuildingTime) => (of === 'buildings' ? Number(b.lived) : b[of] ?? 0)
  const want = (m: number) => (100 * all.filter((b) => b.minutes !== null && b.minutes <= m).reduce((s, b) => s + weight(b), 0))
    / all.reduce((s, b) => s + weight(b), 0)
  const seen: number[] = []
  for (const m of [...run.params.minutes!].reverse()) {
    await slideTo(page, m)
    await settled(page)
    expect(await share(page)).toBeCloseTo(want(m), 0)
    seen.push(await coloured(page))
  }
  for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeLessThan(seen[i - 1])
  // Between the cut-offs too.
  const between = run.params.minutes![0] + 1
  // A figure of the table shows its time on the map while the pointer is on it, and keeps it when chosen.
  const first = run.params.minutes![0]
  const figure = page.getByTestId('figure').first()
  await slideTo(page, Math.max(...run.params.minutes!))
  await settled(page)
  const wide = await coloured(page)
  await figure.hover()
  await settled(page)
  expect(await coloured(page)).toBeLessThan(wide)
  await page.mouse.move(600, 400)
  await figure.click()
  await expect(page.getByTestId('minutes')).toHaveValue(String(first))
  await page.mouse.move(600, 400)
  await slideTo(page, between)
  expect(await share(page)).toBeCloseTo(want(between), 0)
  await settled(page)
  await shot(page, 'slider')
})

test('a click on a building shows what is known of it and what the run found', async ({ page, server, request }) => {
  await open(page, server)
  const { building, outcome, at } = await aBuilding(request, server)
  const before = await inked(page)
  const where = await pixelOf(page, at)
  await page.mouse.click(where.x, where.y)
  const attributes = page.getByTestId('attributes')
  await expect(attributes).toContainText(building.id)
  await expect(page.getByRole('tab', { name: '要素' })).toHaveAttribute('aria-selected', 'true')
  if (building.properties.floors != null) await expect(attributes).toContainText(String(building.properties.floors))
  if (building.properties.name) await expect(page.getByRole('heading', { name: String(building.properties.name) })).toBeVisible()
  await expect(page.locator('.outcome')).toContainText('分钟')
  await expect(page.locator('.outcome')).toContainText(String(outcome.properties.venue_name ?? outcome.properties.venue))
  await settled(page)
  expect(await inked(page)).toBeGreaterThan(before)
  await expect(page).toHaveURL(new RegExp(`sel=buildings/`))
  await shot(page, 'feature')
})

test('why here tells the way to each kind of venue and draws it', async ({ page, server, request }) => {
  await open(page, server)
  const { at } = await aBuilding(request, server)
  const where = await pixelOf(page, at)
  await page.mouse.click(where.x, where.y)
  await page.getByTestId('why').click()
  const walks = page.getByTestId('walk')
  await expect(walks.first()).toBeVisible()
  const spot = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('spot')!.split(',')
  const why = await json<Why>(request, `${server}/api/why?lon=${spot[0]}&lat=${spot[1]}&profile=adult`)
  const answers = why.walks ?? []
  expect(await walks.count()).toBe(answers.length)
  const reachable = answers.filter((w) => w.path)
  expect(reachable.length).toBeGreaterThan(0)
  await expect(page.locator('.walks')).toContainText(reachable[0].title.zh)
  await settled(page)
  const drawn = await inked(page)
  expect(drawn).toBeGreaterThan(200)
  await shot(page, 'why-here')
  // Another kind of venue: another path becomes the strong one.
  const longest = reachable.reduce((a, b) => ((a.distance_m ?? 0) > (b.distance_m ?? 0) ? a : b))
  await walks.nth(answers.indexOf(longest)).click()
  await expect(walks.nth(answers.indexOf(longest))).toHaveAttribute('aria-pressed', 'true')
  await settled(page)
  await shot(page, 'why-here-longest')
  // The link of an answer asks the question again.
  await page.reload()
  await expect(walks.first()).toBeVisible()
  expect(await walks.count()).toBe(answers.length)
})

test('rows and places are linked both ways', async ({ page, server, request }) => {
  await open(page, server)
  const [run] = await runsOf(request, server)
  await slideTo(page, run.params.minutes![0]) // so that some are not reached
  await settled(page)
  const row = page.locator('.places button').first()
  const before = await inked(page)
  await row.hover()
  await expect.poll(() => inked(page)).toBeGreaterThan(before)
  await shot(page, 'row-hovered')
  const name = await row.locator('.title').innerText()
  const building = (await features(request, server, `${run.id}_buildings`)).find((f) => f.properties.name === name || f.id === name)!
  const where = await pixelOf(page, labelPoint(building.geometry) as LonLat)
  await page.mouse.move(where.x, where.y)
  await expect(row).toHaveClass(/hot/)
  await row.click()
  await expect(page.getByTestId('attributes')).toContainText(building.id)
  await settled(page)
  await shot(page, 'row-to-place')
})

test('every word changes language, and the page says which it is in', async ({ page, server }) => {
  await open(page, server)
  await page.getByRole('button', { name: 'Switch to English' }).click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await expect(page.getByRole('tab', { name: 'Results' })).toBeVisible()
  await expect(page).toHaveURL(/lang=en/)
  // Data keeps its own language; what the interface says has none of the other left.
  const own = await page.locator('.rail h2, .rail .title, .rail summary, [role=tab], .section h3, .caption, .who label > span, thead th, .legend').allInnerTexts()
  expect(own.filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([])
  await settled(page)
  await shot(page, 'english')
  await page.getByRole('button', { name: '切换到中文' }).click()
  await expect(page.getByRole('tab', { name: '分析结果' })).toBeVisible()
})

test('buildings stand up in 3D, in the colours of their times', async ({ page, server }) => {
  await open(page, server)
  await page.getByRole('button', { name: '切换到三维视图' }).click()
  await expect(page).toHaveURL(/view=3d/)
  await expect(page).toHaveURL(/p=52/)
  await settled(page)
  expect(await coloured(page)).toBeGreaterThan(1000)
  await shot(page, 'solid')
})

test('a link reproduces the view', async ({ page, server, request, context }) => {
  await open(page, server)
  const { building, at } = await aBuilding(request, server)
  await slideTo(page, 10)
  const where = await pixelOf(page, at)
  await page.mouse.click(where.x, where.y)
  await expect(page.getByTestId('attributes')).toContainText(building.id)
  await page.mouse.move(700, 300)
  await page.mouse.wheel(0, -240)
  await settled(page)
  const link = page.url()
  const seen = { coloured: await coloured(page), text: await page.getByTestId('attributes').innerText() }
  const other = await context.newPage()
  await open(other, server, new URL(link).hash)
  await expect(other.getByTestId('attributes')).toContainText(building.id)
  await settled(other)
  expect(await other.getByTestId('attributes').innerText()).toBe(seen.text)
  expect(Math.abs((await coloured(other)) - seen.coloured)).toBeLessThan(0.02 * seen.coloured + 50)
  await other.getByRole('tab', { name: '分析结果' }).click()
  await expect(other.getByTestId('minutes')).toHaveValue('10')
  expect(other.url().replace(/&tab=[a-z]+/, '')).toBe(link.replace(/&tab=[a-z]+/, ''))
  await other.close()
})
