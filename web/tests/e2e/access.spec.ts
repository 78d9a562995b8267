import { violations } from './axe'
import { coloured, expect, open, settled, share, shot, test } from './fixture'

test('every panel passes WCAG 2.1 AA as far as a machine can tell', async ({ page, server }) => {
  await open(page, server)
  for (const tab of ['分析结果', '指标', '方案', '要素', '为何此处']) {
    await page.getByRole('tab', { name: tab }).click()
    expect(await violations(page), tab).toEqual([])
  }
  await page.locator('#map').click({ position: { x: 320, y: 420 } })
  await page.getByRole('tab', { name: '为何此处' }).click()
  await expect(page.getByTestId('walk').first()).toBeVisible()
  expect(await violations(page), 'with answers').toEqual([])
})

test('everything is reached and done with the keyboard', async ({ page, server }) => {
  await open(page, server)
  await page.keyboard.press('Tab')
  await expect(page.getByText('跳到地图')).toBeFocused()
  await shot(page, 'skip-link')
  await page.keyboard.press('Enter')
  await expect(page.locator('.maplibregl-canvas')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('tab', { name: /要素|为何此处/, selected: true })).toBeVisible()
  await shot(page, 'keyboard-on-map')
  await page.getByRole('tab', { selected: true }).focus()
  while (!(await page.getByRole('tab', { name: '分析结果' }).getAttribute('aria-selected'))?.includes('true')) await page.keyboard.press('ArrowLeft')
  await page.getByTestId('minutes').focus()
  const before = await share(page)
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowLeft')
  await expect(page.getByTestId('minutes')).toHaveAttribute('aria-valuetext', /1 分钟内/)
  expect(await share(page)).toBeLessThan(before)
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('the map fills the screen and answers come in a sheet', async ({ page, server }) => {
    await open(page, server)
    expect(await coloured(page)).toBeGreaterThan(500)
    await shot(page, 'phone-map')
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth)
    for (const [button, expected] of [['分析结果', 'share'], ['图层', '']] as const) {
      await page.locator('.phone-tabs').getByRole('button', { name: button }).click()
      if (expected) await expect(page.getByTestId(expected)).toBeVisible()
      else await expect(page.getByRole('switch').first()).toBeVisible()
      await settled(page)
      expect(await wide()).toBeLessThanOrEqual(390)
      await shot(page, `phone-${expected || 'layers'}`)
    }
    await page.locator('.phone-tabs').getByRole('button', { name: '图层' }).click()
    await settled(page)
    await page.locator('#map').tap({ position: { x: 195, y: 400 } })
    await expect(page.locator('.panel')).toBeVisible()
    await settled(page)
    await shot(page, 'phone-answer')
  })
})

test.describe('for those whom motion troubles', () => {
  test.use({ reducedMotion: 'reduce' })

  test('the map jumps instead of flying', async ({ page, server }) => {
    await open(page, server)
    await page.getByRole('button', { name: '切换到三维视图' }).click()
    await expect(page).toHaveURL(/p=52/, { timeout: 2000 })
    await settled(page)
  })
})
