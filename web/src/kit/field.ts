/** How every control that takes text or a choice looks. */
export const CONTROL =
  'touch w-full rounded border border-line-strong bg-paper-raised px-3 py-2 text-17 ' +
  'placeholder:text-ink-quiet aria-invalid:border-bad disabled:opacity-60'
