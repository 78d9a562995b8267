// The words of scenarios, in both languages.
export const scenarioStrings = {
  tabScenario: ['方案', 'Scenarios'],
} as const satisfies Record<string, readonly [zh: string, en: string]>
