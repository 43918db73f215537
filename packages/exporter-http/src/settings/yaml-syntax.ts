import type { YAMLError } from 'yaml'

// The library's own messages repeat the text, which may be a password.
const sentences: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  ALIAS_PROPS: 'an alias (*name) takes neither anchor nor tag; a value that begins with & or ! must stand in quotes',
  BAD_ALIAS: 'a value that begins with * or & must stand in quotes',
  BAD_DIRECTIVE: 'a line that begins with % must stand in quotes',
  BAD_DQ_ESCAPE: 'within double quotes there is no such escape; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: 'must be indented like what it belongs to; is a bracket not closed above?',
  BAD_SCALAR_START: 'a value that begins with @, ` or % must stand in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a value with ": " in it must stand in quotes, and no line may be indented deeper than its neighbours',
  BLOCK_IN_FLOW: 'within { } and [ ] everything must be written with { } and [ ]',
  MISSING_CHAR: 'something is missing: a closing quote or bracket, a comma, or ": " after a key',
  MULTILINE_IMPLICIT_KEY: 'a key must stand in one line and be followed by ": "',
  MULTIPLE_DOCS: 'must be one document; here a second one begins',
  TAB_AS_INDENT: 'must be indented with spaces, not with tabs',
  TAG_RESOLVE_FAILED: 'a value that begins with ! must stand in quotes',
  UNEXPECTED_TOKEN: 'does not belong here; is something not closed or not in quotes?',
}

/**
 * What is wrong, for a code of the YAML library.
 *
 * @example
 * syntaxSentence('TAB_AS_INDENT') // 'must be indented with spaces, not with tabs'
 */
export const syntaxSentence = (code: YAMLError['code']): string => sentences[code] ?? `is no right YAML (${code})`
