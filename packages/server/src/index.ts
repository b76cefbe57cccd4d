export { serve, type Serving, type ServeOptions } from './serve.ts';
export { createHttpApp } from './http.ts';
