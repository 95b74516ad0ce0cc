import { ref } from 'vue'

export type Theme = 'system' | 'light' | 'dark'

const STORED = 'banyan.theme'

function stored(): Theme {
  const { theme } = document.documentElement.dataset
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

export const theme = ref<Theme>(stored())

/** Shows the page in `chosen` light, and remembers it in this browser. */
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen
  if (chosen === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
  try {
    localStorage.setItem(STORED, chosen)
  } catch {
    // Storage is forbidden: the choice holds for this visit.
  }
}
