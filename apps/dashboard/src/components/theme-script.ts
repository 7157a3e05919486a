export const THEME_KEY = 'sae-lab-theme';

/** Runs before the first paint, so that a stored choice never flashes. Storage may be forbidden. */
export const themeScript = `try{const t=localStorage.getItem('${THEME_KEY}');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}`;
