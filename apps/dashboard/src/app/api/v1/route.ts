import { rootAnswer } from '../../../api-v1/answers/root.ts';
import { getRoot } from '../../../api-v1/endpoints/root.ts';
import { staticRoute } from '../../../api-v1/server/route.ts';

export const GET = staticRoute(rootAnswer, getRoot);
