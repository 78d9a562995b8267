// A reviewer's way through the indicators of the demo: judged with the applicant's table,
// filtered, opened, marked on the map, linked to, taken away as a report.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { KeptJudgement, Requirement } from '../../src/api/judgement'
import { roleStyles } from '../../src/map/looks/highlight'
import { violations } from './axe'
import { expect, json, layersOf, open, pixels, settled, shot, test } from './fixture'
import type { APIRequestContext, Page } from '@playwright/test'

const profile = 'shandong-smart-community/growth'
const table = resolve(import.meta.dirname, '../../../data/demo/claims/huaxin.csv')
const at = (requirement: string) => `#indicator=${profile}/${requirement}`

const judgements = async (request: APIRequestContext, server: string) =>
  (await json<{ judgements: KeptJudgement[] | null }>(request, `${server}/api/judgements`)).judgements ?? []
async function requirement(request: APIRequestContext, server: string, id: string): Promise<Requirement> {
  const kept = (await judgements(request, server)).find((j) => j.profile.id === profile)!
  return kept.items!.flatMap((i) => i.requirements ?? []).find((r) => r.id === id)!
}
const row = (page: Page, id: string) => page.locator(`[data-row="${id}"]`)
/** How much of the map is in the red of features that fail. */
const failing = (page: Page) => pixels(page, [roleStyles.failed.colour], 24)

/** A judgement with the applicant's table; each flow may be the first. */
async function judged(request: APIRequestContext, server: string): Promise<void> {
  if ((await judgements(request, server)).some((j) => j.profile.id === profile && j.claims && !j.stale)) return
  const answer = await request.post(`${server}/api/judgements`, {
    data: { profile, claims: { name: 'huaxin.csv', data: readFileSync(table).toString('base64') } }, timeout: 120_000,
  })
  expect(answer.ok(), await answer.text()).toBe(true)
}

test('where nothing was judged the panel says what to do; a table is added and the demo is judged', async ({ page, server, request }) => {
  test.setTimeout(180_000)
  await open(page, server, '#tab=indicators')
  await page.getByTestId('standard').selectOption('shandong-smart-community')
  await page.getByTestId('tier').selectOption('shandong-smart-community/benchmark')
  await expect(page.getByText('还没有按这个标准评定过')).toBeVisible()
  await expect(page.getByTestId('claims')).toContainText('选择文件')
  await shot(page, 'indicators-empty')
  expect(await violations(page)).toEqual([])
  await page.getByTestId('tier').selectOption(profile)
  if (!(await page.getByTestId('claims').isVisible())) await page.getByTestId('given').click()
  await page.locator('input[type=file]').setInputFiles(table)
  await expect(page.getByTestId('claims')).toContainText('huaxin.csv')
  await Promise.all([
    page.waitForResponse((r) => r.url().endsWith('/api/judgements') && r.request().method() === 'GET', { timeout: 150_000 }),
    page.getByTestId('judge').click(),
  ])
  await expect(page.getByTestId('answer')).toBeVisible({ timeout: 150_000 })
  await expect(page.getByTestId('item')).toHaveCount(28)
  await expect(page.getByTestId('given')).toContainText('huaxin.csv')
  const [kept] = (await judgements(request, server)).filter((j) => j.profile.id === profile)
  await expect(page.getByTestId('answer')).toHaveText(kept.answer.text.zh)
  if (!(await page.getByTestId('claims').isVisible())) await page.getByTestId('given').click()
  await expect(page.getByTestId('claims')).toContainText(`已读 ${kept.claims!.rows} 行，申报 ${kept.claims!.met} 行达标`)
  await settled(page)
  await shot(page, 'indicators-list')
  expect(await violations(page)).toEqual([])
})

test('the list is filtered by verdict, by words and by what hangs by a thread', async ({ page, server, request }) => {
  await judged(request, server)
  await open(page, server, at(''))
  const [kept] = (await judgements(request, server)).filter((j) => j.profile.id === profile)
  const all = kept.items!.flatMap((i) => i.requirements ?? [])
  await expect(page.getByTestId('row')).toHaveCount(all.length)
  await page.getByTestId('total-fail').click()
  await expect(page.getByTestId('total-fail')).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByTestId('row')).toHaveCount(all.filter((r) => r.verdict === 'fail').length)
  await page.getByTestId('total-fail').click()
  await page.getByTestId('search').fill('照明')
  await expect(row(page, '5')).toBeVisible()
  expect(await page.getByTestId('row').count()).toBeLessThan(all.length / 2)
  await page.getByTestId('search').fill('没有这样的指标')
  await expect(page.getByText('没有符合条件的要求')).toBeVisible()
  await page.getByTestId('clear').click()
  await expect(page.getByTestId('row')).toHaveCount(all.length)
  const threads = all.filter((r) => r.flip?.thread).length
  if (threads) {
    await page.getByTestId('thread').check()
    await expect(page.getByTestId('row')).toHaveCount(threads)
  }
})

test('smart lamps: 85 of 109 beside the claim of 85 %, and the 24 that fail on the map', async ({ page, server, request }) => {
  await judged(request, server)
  await open(page, server, at(''))
  expect(await failing(page)).toBe(0)
  await row(page, '5').click()
  await expect(page).toHaveURL(/indicator=shandong-smart-community\/growth\/5/)
  const compare = page.getByTestId('compare')
  await expect(compare).toContainText('85 %')
  await expect(compare).toContainText('77.98 %')
  await expect(compare).toContainText('≥ 80 %')
  await expect(compare).toContainText('85 / 109 盏')
  await expect(page.getByTestId('flip')).toContainText('3')
  await expect(page.getByTestId('role-failed')).toContainText('24')
  await settled(page)
  expect(await failing(page)).toBeGreaterThan(24 * 40) // each a disc with a sign in it
  await shot(page, 'indicators-lamps')
  expect(await violations(page)).toEqual([])

  // A row of the list goes to its lamp, and stays.
  const first = page.getByTestId('role-failed').locator('.places button').first()
  await first.click()
  await expect(page.getByTestId('detail')).toBeVisible()
  await settled(page)
  expect(Number(new URLSearchParams(new URL(page.url()).hash.slice(1)).get('z'))).toBeGreaterThan(16.9)
  await page.getByTestId('role-failed').getByTestId('locate').click()
  await settled(page)

  // The address brings it all back.
  const hash = new URL(page.url()).hash
  const before = await failing(page)
  await open(page, server, hash)
  await expect(page.getByTestId('compare')).toContainText('77.98 %')
  await settled(page)
  expect(Math.abs((await failing(page)) - before)).toBeLessThan(before * 0.1)
  await expect(row(page, '5')).toBeInViewport()
})

test('the mobile network comes with its result on the map; results of other runs are gone', async ({ page, server, request }) => {
  await judged(request, server)
  const { measure } = await requirement(request, server, '2')
  const layers = await layersOf(request, server)
  const wanted = (measure!.layers ?? []).map((name) => layers.find((l) => l.name === name && l.kind === 'result' && l.count > 0)).find(Boolean)!
  expect(wanted.run).toMatch(/^judge_/)
  await open(page, server, at('2'))
  const results = page.locator('.group[data-kind=result]')
  await expect(page.getByTestId('indicator-on-map')).toContainText('移动通信网络')
  // The best layer is on; what would hide it waits to be switched on.
  const title = wanted.title.zh.split(' · ').pop()!
  await expect(results.getByRole('switch', { name: `“${title}”` })).toBeChecked()
  await expect(results.getByRole('switch', { checked: true })).toHaveCount(1)
  await settled(page)
  expect(await pixels(page, ['#b5c6cc', '#aac0bb', '#b0c6cd'], 30)).toBeGreaterThan(50_000) // the covered ground
  await shot(page, 'indicators-radio')
  // In the picker of analyses the runs of the judgement do not stand.
  await page.getByRole('tab', { name: '分析结果' }).click()
  await expect(page.getByTestId('indicator-on-map')).toBeHidden()
  const runs = (await json<{ runs: { id: string }[] }>(request, `${server}/api/runs`)).runs.filter((r) => !r.id.startsWith('judge_'))
  await expect(page.getByRole('radiogroup').first().locator('label:not(:has(.plain))')).toHaveCount(runs.length)
})

test('reach on foot stands up in three dimensions, with what fails marked', async ({ page, server, request }) => {
  await judged(request, server)
  await open(page, server, `${at('11.2')}&view=3d&p=52`)
  await expect(page.getByTestId('detail')).toBeVisible()
  await settled(page)
  await shot(page, 'indicators-3d')
})

test('rows are walked with the arrow keys, opened with Enter and closed with Escape; one is open at a time', async ({ page, server, request }) => {
  await judged(request, server)
  await open(page, server, at(''))
  await row(page, '1').focus()
  await page.keyboard.press('ArrowDown')
  await expect(row(page, '2')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(row(page, '2')).toHaveAttribute('aria-expanded', 'true')
  await expect(row(page, '2')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('detail')).toHaveCount(1)
  await expect(row(page, '3')).toHaveAttribute('aria-expanded', 'true')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('detail')).toHaveCount(0)
  await expect(row(page, '3')).toBeFocused()
  await page.keyboard.press('End')
  await expect(row(page, '28')).toBeFocused()
})

test('reports are taken away under a name of their own', async ({ page, server, request }) => {
  await judged(request, server)
  await open(page, server, at(''))
  for (const [format, start] of [['html', '<!'], ['xlsx', 'PK'], ['json', '{']] as const) {
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: 60_000 }), page.getByTestId(`report-${format}`).click()])
    expect(download.suggestedFilename()).toMatch(new RegExp(`成长型.*\\.${format}$`))
    expect(readFileSync(await download.path()).toString('latin1').trimStart().slice(0, start.length).toLowerCase()).toBe(start.toLowerCase())
    await expect(page.getByTestId(`report-${format}`)).toBeEnabled()
  }
})

test('a requirement is waived with a reason, and the judgement follows', async ({ page, server, request }) => {
  test.setTimeout(180_000)
  await judged(request, server)
  await open(page, server, at('18'))
  await page.getByTestId('waive').click()
  await page.getByTestId('form-save').click()
  await expect(page.getByRole('alert')).toContainText('豁免理由')
  await page.getByTestId('form-reason').fill('相关工作要求已经取消')
  await page.getByTestId('form-author').fill('审核员甲')
  expect(await violations(page)).toEqual([])
  await shot(page, 'indicators-waive')
  await page.getByTestId('form-save').click()
  await expect(row(page, '18')).toContainText('豁免', { timeout: 150_000 })
  await expect(page.getByTestId('evidence')).toContainText('审核员甲')
  await expect(page.getByTestId('stale')).toHaveCount(0)
  await expect(row(page, '18')).toBeInViewport()
})

test('a table that cannot be read is refused in words, and what changed since is said', async ({ page, server, request, allowed }) => {
  allowed.errors.push(/422/)
  await judged(request, server)
  await page.route('**/api/judgements', async (route) => {
    if (route.request().method() !== 'GET') return route.continue()
    const { judgements: kept } = (await (await route.fetch()).json()) as { judgements: KeptJudgement[] }
    await route.fulfill({ json: { judgements: kept.map((j) => ({ ...j, stale: true })) } })
  })
  await open(page, server, at(''))
  await expect(page.getByTestId('stale')).toContainText('请重新评定')
  await page.getByTestId('given').click()
  await page.locator('input[type=file]').setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('x') })
  await expect(page.getByRole('alert')).toContainText('photo.png')
  await page.locator('input[type=file]').setInputFiles({ name: 'nothing.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') })
  await page.getByTestId('judge').click()
  await expect(page.getByRole('alert')).toContainText(/nothing\.csv|申报|表/, { timeout: 60_000 })
  await expect(page.getByTestId('answer')).toBeVisible()
  await shot(page, 'indicators-refused')
  expect(await violations(page)).toEqual([])
})

test('everything is worded in English', async ({ page, server, request }) => {
  await judged(request, server)
  await open(page, server, `${at('5')}&lang=en`)
  await expect(page.getByTestId('detail')).toBeVisible()
  await page.getByTestId('method').locator('summary').click()
  const own = await page.locator('[role=tab], .form label > span, .chips button, .row .title, .chip, .detail h4, .detail dt, .detail .reason, .detail .flip, .role b, .report, .marks, .tools label, .group h3, .item .head, .detail .findings li > span').allInnerTexts()
  expect(own.filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([])
  await settled(page)
  await shot(page, 'indicators-en')
  expect(await violations(page)).toEqual([])
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('indicators are read in the sheet', async ({ page, server, request }) => {
    await judged(request, server)
    await open(page, server, at('5'))
    await page.locator('.phone-tabs').getByRole('button', { name: '指标' }).click()
    await expect(row(page, '5')).toBeInViewport()
    await settled(page)
    await shot(page, 'indicators-phone')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await violations(page)).toEqual([])
  })
})
