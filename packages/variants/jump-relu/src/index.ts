export { jumpRelu } from './jump-relu.ts';
