import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import typescript from 'typescript-eslint'

/** Tailwind classes that name a side of the screen instead of a side of the text. */
const physicalClasses = [
  String.raw`/^(\S+:)?-?(ml|mr|pl|pr|left|right|scroll-m[lr]|scroll-p[lr])-/`,
  String.raw`/^(\S+:)?(text|float|clear)-(left|right)$/`,
  String.raw`/^(\S+:)?border-[lr](-|$)/`,
  String.raw`/^(\S+:)?rounded-(l|r|tl|tr|bl|br)(-|$)/`,
]

export default typescript.config(
  { ignores: ['node_modules', 'contract/generated'] },
  ...typescript.configs.strictTypeChecked,
  ...typescript.configs.stylisticTypeChecked,
  ...vue.configs['flat/recommended'],
  ...accessibility.configs['flat/recommended'],
  {
    files: ['**/*.{ts,vue,js,mjs}'],
    languageOptions: {
      parserOptions: {
        parser: typescript.parser,
        projectService: { allowDefaultProject: ['openapi-ts.config.ts', '*.js', 'scripts/*.mjs', 'tests/*.mjs', 'public/*.js'] },
        extraFileExtensions: ['.vue'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: ['error', 'smart'],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A handler such as @click="save()" may return a promise that nobody awaits: mutations report their own errors.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['**/*.vue'],
    rules: {
      'max-lines': ['error', 250],
      // vue-tsc knows the types in a template; the parser here does not, and takes them for any.
      ...typescript.configs.disableTypeChecked.rules,
      '@typescript-eslint/no-floating-promises': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-macros-order': 'error',
      'vue/multi-word-component-names': 'off',
      'vue/no-bare-strings-in-template': ['error', { allowlist: ['Banyan', '·', '–', '/', '?', '…'] }],
      'vue/no-restricted-class': ['error', ...physicalClasses],
      'vue/no-restricted-static-attribute': ['error', { key: 'style', message: 'The policy forbids inline styles.' }],
      'vue/no-undef-components': ['error', { ignorePatterns: ['RouterLink', 'RouterView'] }],
      'vue/no-unused-refs': 'error',
      'vue/prefer-true-attribute-shorthand': 'error',
      // Formatting of markup is a matter of reading, not of rules.
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      // A label around its control is as good as one that points at it.
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      // Rows and drop zones hear what bubbles up from the buttons and inputs in them.
      'vuejs-accessibility/no-static-element-interactions': 'off',
      'vue/no-v-html': 'error',
      // An optional prop is undefined where it is not given: its type says so.
      'vue/require-default-prop': 'off',
    },
  },
  {
    files: ['tests/**'],
    rules: {
      // node:test awaits its tests itself.
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: 'test' }] },
      ],
    },
  },
  {
    files: ['scripts/**', 'tests/*.mjs', 'public/**', '*.js'],
    ...typescript.configs.disableTypeChecked,
    rules: { ...typescript.configs.disableTypeChecked.rules, 'no-console': 'off' },
  },
)
