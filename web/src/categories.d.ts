// Made by the build from data/standards/categories.yaml.
declare module 'virtual:categories' {
  const titles: Record<string, { zh: string; en: string } | undefined>
  export default titles
}
