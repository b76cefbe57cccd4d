export { serve, type Serving, type ServeOptions } from './serve.ts';
export { createHttpApp, type HttpOptions } from './http.ts';
export { openApi } from './openapi/document.ts';
export { RATES, type Rate } from './limits.ts';
export { createLogger, type Logger } from './log.ts';
