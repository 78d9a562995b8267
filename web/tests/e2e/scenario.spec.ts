// A designer's way with a scenario of the demo: made, edits switched, compared, copied,
// shared, moved onto a newer base, adopted. The edits themselves are drawn in edit.spec.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { APIRequestContext, Page } from '@playwright/test'
import type { Delta, Live, Scenario, Step } from '../../src/api/scenario'
import type { FeaturePage, FullFeature } from '../../src/api/types'
import { gainedColour } from '../../src/map/looks/delta'
import { violations } from './axe'
import { expect, json, open, pixels, settled, shot, test } from './fixture'

const profile = 'shandong-smart-community/growth'
const post = async <T>(request: APIRequestContext, url: string, data: unknown, method: 'post' | 'patch' = 'post'): Promise<T> => {
  const answer = await request[method](url, { data, timeout: 60_000 })
  expect(answer.ok(), `${url}: ${await answer.text()}`).toBe(true)
  return (await answer.json()) as T
}
const scenarioOf = (request: APIRequestContext, server: string, id: string) => json<Scenario>(request, `${server}/api/scenarios/${id}`)
const liveOf = (request: APIRequestContext, server: string, id: string) => json<Live>(request, `${server}/api/scenarios/${id}/live?profile=${profile}`)
const featuresOf = async (request: APIRequestContext, server: string, layer: string) =>
  (await json<FeaturePage>(request, `${server}/api/layers/${layer}/features?limit=1000`)).features

async function plainLamps(request: APIRequestContext, server: string): Promise<FullFeature[]> {
  return (await featuresOf(request, server, 'devices')).filter((d) => d.properties.kind === 'lamp' && !d.properties.smart)
}

/** A scenario in which lamps become smart, the 5 G site of one building goes, and a camera comes. */
async function prepared(request: APIRequestContext, server: string, name: string, lamps = 4): Promise<Scenario> {
  const made = await post<Scenario>(request, `${server}/api/scenarios`, { name })
  const chosen = (await plainLamps(request, server)).slice(0, lamps)
  const cameras = await featuresOf(request, server, 'cameras')
  const steps: Step[] = [
    ...chosen.map((l): Step => ({ do: 'append', edit: { layer: 'devices', op: 'change', id: l.id, set: { smart: true }, group: 'lamps' } })),
    { do: 'append', edit: { layer: 'cameras', op: 'add', kind: 'camera', feature: { type: 'Feature', geometry: cameras[0].geometry, properties: { ...cameras[0].properties, name: '东门补盲', kind: 'fixed', azimuth_deg: 90 } } } },
  ]
  const answer = await post<{ scenario: Scenario }>(request, `${server}/api/scenarios/${made.id}/edits`, { steps })
  return answer.scenario
}

/** Opens the panel at a scenario and waits until its values are there. */
async function opened(page: Page, server: string, id: string, more = ''): Promise<void> {
  await open(page, server, `#tab=scenario&scenario=${id}&indicator=${profile}/${more}`)
  await expect(page.getByTestId('scenario-banner')).toBeVisible()
  await expect(page.getByTestId('live').locator('.sum')).toBeVisible({ timeout: 60_000 })
}
const inAddress = (page: Page) => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('scenario')!
const part = (page: Page, name: string) => page.getByTestId(`part-${name}`).click()
const value = (page: Page, requirement: string) => page.locator(`[data-value="${requirement}"]`)

test('a scenario is made by its name, opened, renamed, put away and brought back', async ({ page, server }) => {
  await open(page, server, '#tab=scenario')
  await page.getByTestId('new-scenario').click()
  await page.getByTestId('scenario-name').fill('东门方案')
  await page.getByTestId('create-scenario').click()
  await expect(page.getByTestId('scenario-banner')).toContainText('东门方案')
  await expect(page).toHaveURL(/scenario=s-/)
  await expect(page.getByTestId('same')).toBeVisible({ timeout: 60_000 })
  expect(await violations(page)).toEqual([])
  await part(page, 'more')
  await page.getByTestId('rename').fill('东门与健身')
  await page.getByTestId('describe').click()
  await expect(page.getByTestId('scenario-banner')).toContainText('东门与健身')
  expect(await violations(page)).toEqual([])
  await page.getByTestId('archive').click()
  await expect(page.getByTestId('restore')).toBeVisible()
  await expect(page.getByTestId('undo')).toHaveCount(0)
  await page.getByTestId('restore').click()
  await expect(page.getByTestId('archive')).toBeVisible()
  await page.getByTestId('close-scenario').click()
  await expect(page.getByTestId('scenario').filter({ hasText: '东门与健身' })).toBeVisible()
  await expect(page).not.toHaveURL(/scenario=s-/)
  expect(await violations(page)).toEqual([])
  await shot(page, 'scenario-list')
})

test('edits are switched off and on: values change, verdicts turn, and all returns exactly', async ({ page, server, request }) => {
  test.setTimeout(180_000)
  const made = await prepared(request, server, '路灯改造')
  const before = await liveOf(request, server, made.id)
  const lamps = before.values!.find((v) => v.requirement === '5')!
  expect(lamps.flip, 'four lamps more meet what is asked').toBe('gained')
  await opened(page, server, made.id)
  await shot(page, 'scenario-edits')
  await expect(page.getByTestId('scenario-edit')).toHaveCount(2)
  await part(page, 'values')
  await expect(page.getByTestId('flips')).toContainText('达标')
  await expect(value(page, '5')).toContainText('变好')
  const first = await value(page, '5').innerText()
  await expect(value(page, '5')).toHaveClass(/better/)
  expect(await violations(page)).toEqual([])
  await shot(page, 'scenario-values')

  await part(page, 'edits')
  await page.getByTestId('scenario-edit').first().getByTestId('edit-on').click()
  await part(page, 'values')
  await expect(page.locator('[data-test=flips] [data-value="5"]')).toHaveCount(0)
  expect((await scenarioOf(request, server, made.id)).edits!.filter((e) => e.off)).toHaveLength(4)
  await page.getByTestId('undo').click()
  await expect.poll(() => value(page, '5').innerText()).toBe(first)
  const back = await scenarioOf(request, server, made.id)
  expect(back.hash).toBe(made.hash)
  const after = await liveOf(request, server, made.id)
  expect(after.values).toEqual(before.values)
  await page.getByTestId('redo').click()
  await expect(page.locator('[data-test=flips] [data-value="5"]')).toHaveCount(0)
  await page.getByTestId('undo').click()
  await expect(value(page, '5')).toBeVisible()

  // What is removed comes back as it was, by whatever number.
  await part(page, 'edits')
  await page.getByTestId('scenario-edit').first().getByTestId('edit-remove').click()
  await expect(page.getByTestId('scenario-edit')).toHaveCount(1)
  await page.getByTestId('undo').click()
  await expect(page.getByTestId('scenario-edit')).toHaveCount(2)
  expect((await scenarioOf(request, server, made.id)).hash).toBe(made.hash)

  // The rest of the page reads the scenario as well.
  await page.getByRole('tab', { name: '指标' }).click()
  await expect(page.locator('[data-row="5"]')).toContainText('达标')
  await page.getByRole('tab', { name: '方案', exact: true }).click()
  await page.getByTestId('close-scenario').click()
  await page.getByRole('tab', { name: '指标' }).click()
  await expect(page.locator('[data-row="5"]')).toContainText('不达标')
})

test('another editor is seen at once, and an undo never overwrites what they wrote', async ({ page, server, request, allowed }) => {
  allowed.errors.push(/409/)
  const made = await prepared(request, server, '两人同改')
  await opened(page, server, made.id)
  await page.getByTestId('scenario-edit').nth(1).getByTestId('edit-on').click()
  await expect(page.getByTestId('redo')).toBeDisabled()
  await expect(page.getByTestId('undo')).toBeEnabled()
  const seq = made.edits!.at(-1)!.seq
  const camera = made.edits!.at(-1)!
  await post(request, `${server}/api/scenarios/${made.id}/edits`, {
    author: '李工', steps: [{ do: 'replace', seqs: [seq], edit: { layer: 'cameras', op: 'add', kind: 'camera', id: camera.id, feature: { ...camera.feature, properties: { ...camera.feature!.properties, name: '李工的摄像机' } } } }],
  })
  await expect(page.getByTestId('scenario-notice')).toContainText('李工')
  await expect(page.getByTestId('scenario-edit').nth(1)).toContainText('李工的摄像机')
  await page.getByTestId('undo').click()
  await expect(page.getByTestId('scenario-notice')).toContainText('两边的修改都保留')
  await shot(page, 'scenario-others')
  const now = await scenarioOf(request, server, made.id)
  expect(now.edits!.at(-1)!.feature!.properties!.name).toBe('李工的摄像机')
})

test('base and scenario side by side and under a divider; what is gained is on the map', async ({ page, server, request }) => {
  test.setTimeout(180_000)
  const made = await prepared(request, server, '补盲摄像机')
  await opened(page, server, made.id)
  await part(page, 'compare')
  await expect(page.getByTestId('delta')).toBeVisible({ timeout: 60_000 })
  const delta = await json<Delta>(request, `${server}/api/scenarios/${made.id}/delta?profile=${profile}`)
  await expect(page.getByTestId('delta-features').locator('[data-layer=devices]')).toContainText('改变 4')
  await expect(page.getByTestId('delta-features').locator('[data-layer=cameras]')).toContainText('新增 1')
  expect(delta.areas?.some((a) => a.gained_m2 > 0), 'the camera sees something new').toBe(true)
  expect(await violations(page)).toEqual([])
  await settled(page)
  const without = await pixels(page, [gainedColour], 12)
  await page.getByTestId('delta-area').and(page.locator('[data-layer$=_views]')).check()
  await settled(page)
  expect(await pixels(page, [gainedColour], 12)).toBeGreaterThan(without + 20)
  await shot(page, 'scenario-delta')

  await page.getByTestId('compare-swipe').click()
  await page.waitForSelector('[data-test=compare] [data-map=idle]')
  await expect(page.getByTestId('compare-left')).toHaveText('现状')
  await expect(page.getByTestId('compare-right')).toHaveText('补盲摄像机')
  const divider = page.getByRole('slider', { name: /卷帘/ })
  await expect(divider).toHaveAttribute('aria-valuenow', '50')
  await divider.focus()
  await page.keyboard.press('ArrowLeft')
  await expect(divider).toHaveAttribute('aria-valuenow', '48')
  await page.keyboard.press('End')
  await expect(divider).toHaveAttribute('aria-valuenow', '100')
  await settled(page)
  expect(await pixels(page, [gainedColour], 12), 'the base has gained nothing').toBeLessThanOrEqual(without)
  await page.keyboard.press('Home')
  await settled(page)
  expect(await pixels(page, [gainedColour], 12)).toBeGreaterThan(without + 20)
  const frame = (await page.locator('#map').boundingBox())!
  const grip = (await divider.boundingBox())!
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2)
  await page.mouse.down()
  await page.mouse.move(frame.x + frame.width * 0.4, grip.y + grip.height / 2, { steps: 4 })
  await page.mouse.up()
  await expect(divider).toHaveAttribute('aria-valuenow', '40')
  expect(await violations(page)).toEqual([])
  await settled(page)
  await shot(page, 'scenario-swipe')

  await page.getByTestId('compare-side').click()
  await page.waitForSelector('[data-test=compare] [data-map=idle]')
  await expect.poll(async () => (await page.locator('#map').boundingBox())!.width).toBeLessThan(frame.width * 0.55)
  const left = page.locator('[data-test=compare] canvas')
  const picture = () => left.screenshot().then((b) => b.toString('base64'))
  await settled(page)
  const still = await picture()
  await page.getByRole('button', { name: '放大' }).click()
  await settled(page)
  expect(await picture(), 'both move together').not.toBe(still)
  // And the other way: the left one is dragged, the right one follows.
  const url = page.url()
  const box = (await left.boundingBox())!
  await page.mouse.move(box.x + 100, box.y + 200)
  await page.mouse.down()
  await page.mouse.move(box.x + 180, box.y + 240, { steps: 5 })
  await page.mouse.up()
  await expect.poll(() => page.url()).not.toBe(url)
  await settled(page)
  await shot(page, 'scenario-side')
  await page.getByTestId('compare-off').click()
  await expect(page.getByTestId('compare')).toHaveCount(0)
  await expect.poll(async () => Math.round((await page.locator('#map').boundingBox())!.width)).toBe(Math.round(frame.width))
})

test('a scenario is copied, told apart from its copy, and opened by its link', async ({ page, server, request, context }) => {
  test.setTimeout(180_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const made = await prepared(request, server, '原方案')
  await opened(page, server, made.id)
  await page.getByTestId('copy-scenario').click()
  await expect(page.getByTestId('scenario-banner')).toContainText('原方案（副本）')
  await expect(page.getByTestId('scenario-edit')).toHaveCount(2)
  await expect(page.getByTestId('live').locator('.sum')).toBeVisible({ timeout: 60_000 })
  await page.getByTestId('scenario-edit').first().getByTestId('edit-on').click()
  await expect(page.getByTestId('undo')).toBeEnabled()
  await part(page, 'compare')
  await page.getByTestId('against').selectOption({ label: '原方案' })
  await expect(page.getByTestId('delta-features').locator('[data-layer=devices]')).toContainText('改变 4', { timeout: 60_000 })
  expect((await scenarioOf(request, server, made.id)).hash, 'the original stays').toBe(made.hash)
  await page.getByTestId('share-scenario').click()
  await expect(page.getByTestId('shared')).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  const other = await context.newPage()
  await other.goto(link)
  await expect(other.getByTestId('scenario-banner')).toContainText('原方案（副本）')
  await expect(other.getByTestId('edit-count')).toContainText('5 处修改，1 处生效')
  await other.close()
})

test('a link to a scenario that is not there says so and shows the base', async ({ page, server, allowed }) => {
  allowed.errors.push(/404/)
  await open(page, server, '#tab=scenario&scenario=s-nowhere')
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page.getByTestId('new-scenario')).toBeVisible()
  await expect(page).not.toHaveURL(/s-nowhere/)
})

test('costs are given by kind and summed', async ({ page, server, request }) => {
  test.setTimeout(180_000)
  const made = await prepared(request, server, '造价')
  await opened(page, server, made.id)
  await part(page, 'more')
  await page.locator('[data-cost=camera]').getByTestId('cost-amount').fill('3200')
  await page.getByTestId('save-costs').click()
  await expect(page.getByTestId('cost-total')).toContainText('3,200', { timeout: 60_000 })
  expect((await scenarioOf(request, server, made.id)).costs).toEqual([{ kind: 'camera', amount: 3200, currency: 'CNY', per: 'thing' }])
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-geojson').click()])
  expect(file.suggestedFilename()).toMatch(/\.geojson$/)
  await shot(page, 'scenario-costs')
})

test('what was taken out is brought in again as a scenario of its own', async ({ page, server, request }) => {
  test.setTimeout(180_000)
  const made = await prepared(request, server, '带走再带回')
  const file = resolve(mkdtempSync(resolve(tmpdir(), 'yiju-scenario-')), 'taken.geojson')
  writeFileSync(file, await (await request.get(`${server}/api/scenarios/${made.id}/export?format=geojson`)).body())
  await open(page, server, '#tab=scenario')
  await page.getByTestId('import-layout').click()
  await page.getByTestId('import-file').setInputFiles(file)
  await page.getByTestId('import-check').click()
  await expect(page.getByTestId('import-report')).toContainText('5 处')
  expect(await violations(page)).toEqual([])
  await shot(page, 'scenario-import')
  await page.getByTestId('import-do').click()
  await expect(page.getByTestId('scenario-banner')).toContainText('taken')
  await expect(page).toHaveURL(/scenario=s-/)
  expect((await scenarioOf(request, server, inAddress(page))).hash).toBe(made.hash)
})

test('a base that moved on is followed; where both sides changed the same, a person decides', async ({ page, server, request }) => {
  test.setTimeout(240_000)
  const [first, second, third] = await plainLamps(request, server)
  const made = await post<Scenario>(request, `${server}/api/scenarios`, { name: '变基' })
  const rename = (id: string, name: string): Step => ({ do: 'append', edit: { layer: 'devices', op: 'change', id, set: { name } } })
  await post(request, `${server}/api/scenarios/${made.id}/edits`, { steps: [rename(first.id, '方案一号'), rename(second.id, '方案二号'), rename(third.id, '方案三号')] })
  // The base changes by a scenario that is adopted.
  const base = await post<Scenario>(request, `${server}/api/scenarios`, { name: '现状更新', author: '普查' })
  const { scenario } = await post<{ scenario: Scenario }>(request, `${server}/api/scenarios/${base.id}/edits`, { author: '普查', steps: [rename(first.id, '现状一号'), rename(second.id, '现状二号')] })
  await post(request, `${server}/api/scenarios/${base.id}/approve`, { by: '审核', hash: scenario.hash })
  await post(request, `${server}/api/scenarios/${base.id}/adopt`, { by: '审核' })

  await opened(page, server, made.id)
  await expect(page.getByTestId('scenario-banner')).toContainText('现状已更新')
  await page.getByTestId('rebase-start').click()
  await expect(page.getByTestId('rebase-progress')).toHaveText('冲突 1 / 2')
  await expect(page.getByTestId('rebase')).toContainText('方案一号')
  await expect(page.getByTestId('rebase')).toContainText('现状一号')
  expect(await violations(page)).toEqual([])
  await shot(page, 'scenario-conflict')
  await page.getByTestId('take-ours').click()
  await expect(page.getByTestId('rebase-progress')).toHaveText('冲突 2 / 2')
  expect((await scenarioOf(request, server, made.id)).base, 'nothing is written before the last answer').toBe(made.base)
  await page.getByTestId('take-theirs').click()
  await expect(page.getByTestId('scenario-notice')).toContainText('已更新到现状版本')
  await expect(page.getByTestId('rebase')).toHaveCount(0)
  const now = await scenarioOf(request, server, made.id)
  expect(now.base).toBeGreaterThan(made.base)
  const named = async (id: string) => (await json<FullFeature>(request, `${server}/api/layers/devices/features/${id}?scenario=${made.id}`)).properties.name
  expect(await Promise.all([first, second, third].map((l) => named(l.id)))).toEqual(['方案一号', '现状二号', '方案三号'])
})

test('an approved scenario is adopted, and the base is what it showed', async ({ page, server, request }) => {
  test.setTimeout(180_000)
  const lamp = (await plainLamps(request, server)).at(-1)!
  const made = await post<Scenario>(request, `${server}/api/scenarios`, { name: '采纳' })
  await post(request, `${server}/api/scenarios/${made.id}/edits`, { steps: [{ do: 'append', edit: { layer: 'devices', op: 'change', id: lamp.id, set: { smart: true } } }] })
  await opened(page, server, made.id)
  await part(page, 'more')
  await expect(page.getByTestId('adopt')).toHaveCount(0)
  await page.getByTestId('approve').click()
  await page.getByTestId('adopt').click()
  await expect(page.getByRole('alertdialog')).toContainText('1 处修改会作为一个新版本写入现状')
  expect(await violations(page)).toEqual([])
  await shot(page, 'scenario-adopt')
  expect((await json<FullFeature>(request, `${server}/api/layers/devices/features/${lamp.id}`)).properties.smart, 'not before it is confirmed').not.toBe(true)
  await page.getByTestId('adopt-confirm').click()
  await expect(page.getByTestId('adopted')).toBeVisible()
  expect((await json<FullFeature>(request, `${server}/api/layers/devices/features/${lamp.id}`)).properties.smart).toBe(true)
  await expect(page.getByTestId('undo')).toHaveCount(0)
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('edits, values and both maps fit, and the divider follows a finger', async ({ page, server, request }) => {
    test.setTimeout(180_000)
    const made = await prepared(request, server, '手机上看')
    await open(page, server, `#scenario=${made.id}&indicator=${profile}/`)
    await page.locator('.phone-tabs').getByRole('button', { name: '方案' }).click()
    await expect(page.getByTestId('live').locator('.sum')).toBeVisible({ timeout: 60_000 })
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth)
    for (const name of ['edits', 'values', 'compare', 'more']) {
      await part(page, name)
      expect(await wide(), name).toBeLessThanOrEqual(390)
      expect(await violations(page), name).toEqual([])
      await shot(page, `phone-scenario-${name}`)
    }
    await part(page, 'compare')
    await page.getByTestId('compare-swipe').tap()
    await page.waitForSelector('[data-test=compare] [data-map=idle]')
    const divider = page.getByTestId('divider')
    const box = (await divider.boundingBox())!
    const touch = await page.context().newCDPSession(page)
    const at = (x: number) => [{ x, y: box.y + box.height / 2 }]
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(box.x + box.width / 2) })
    for (const x of [180, 160, 117]) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(x) })
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await expect(divider).toHaveAttribute('aria-valuenow', '30')
    await page.getByTestId('compare-side').click()
    await expect(page.getByTestId('compare-side')).toHaveAttribute('aria-pressed', 'true')
    await page.waitForSelector('[data-test=compare].side [data-map=idle]')
    await expect.poll(async () => (await page.locator('#map').boundingBox())!.height).toBeLessThan(200)
    await settled(page)
    await shot(page, 'phone-scenario-side')
  })
})

test('a failing requirement is asked what would help, and an answer opens as a scenario', async ({ page, server, request }) => {
  test.setTimeout(240_000)
  const lamps = '5'
  await open(page, server, `#indicator=${profile}/${lamps}`)
  await page.getByTestId('ask-remedies').click()
  const remedy = page.getByTestId('remedy').first()
  await expect(remedy).toBeVisible({ timeout: 90_000 })
  await expect(remedy).toContainText('可达标')
  expect(await violations(page)).toEqual([])
  await shot(page, 'remedies')
  await remedy.getByTestId('remedy-open').click()
  await expect(page.getByTestId('scenario-banner')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByTestId('scenario-edit').first()).toBeVisible({ timeout: 60_000 })
  const live = await liveOf(request, server, inAddress(page))
  expect(live.values!.find((v) => v.requirement === lamps)!.verdict).toBe('pass')
  await part(page, 'values')
  await expect(page.getByTestId('flips').locator(`[data-value="${lamps}"]`)).toContainText('达标')
  await shot(page, 'remedy-opened')
})
