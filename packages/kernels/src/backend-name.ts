/** The name under which tfjs knows the backend. */
export const CPU_BACKEND = 'sae-cpu';
