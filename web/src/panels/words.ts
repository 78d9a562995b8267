// Words that several panels share.
import { lang, t } from '../i18n'

/** A list of names as a sentence has it. */
export const list = (names: string[]) => names.join(lang.value === 'zh' ? '、' : ', ')

/** What stands in the way by its name, else by its id; the ground has neither. */
export const blockerName = (b: { id: string; name: string }) => b.name || (b.id ? t('building', b.id) : t('ground'))
