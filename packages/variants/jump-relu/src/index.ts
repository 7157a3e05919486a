export { jumpRelu, variant } from './jump-relu.ts';
