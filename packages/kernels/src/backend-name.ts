/** The name of the CPU backend in tfjs. */
export const CPU_BACKEND = 'sae-cpu';
