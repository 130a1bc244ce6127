import { expect, it } from 'vitest';
import { createPhotoUpload } from './photo-upload.ts';

async function createPicture(rgba: readonly number[]): Promise<ImageBitmap> {
  return createImageBitmap(new ImageData(new Uint8ClampedArray(rgba), 1, 1));
}

function createContext(): WebGL2RenderingContext {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (gl === null) throw new Error('This browser has no WebGL2');
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  return gl;
}

function readTexture(gl: WebGL2RenderingContext): number[] {
  const texture = gl.getParameter(gl.TEXTURE_BINDING_2D) as WebGLTexture;
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  const pixel = new Uint8Array(4);
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  return [...pixel];
}

/** As WebKit does in a worker without a GPU process: pictures are an invalid value, pixels are not. */
function refusePictures(gl: WebGL2RenderingContext): WebGL2RenderingContext {
  const given: string[] = [];
  return new Proxy(gl, {
    get(target, name: keyof WebGL2RenderingContext | 'given') {
      if (name === 'given') return given;
      if (name === 'texImage2D')
        return (...[kind, level, ...rest]: [number, number, number, number, number, TexImageSource]) => {
          const source = rest[3];
          given.push(source.constructor.name);
          target.texImage2D(kind, source instanceof ImageData ? level : -1, ...rest);
        };
      const value: unknown = target[name];
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

it('gives a picture to the GPU as it is', async () => {
  const gl = createContext();
  createPhotoUpload(gl)(await createPicture([10, 200, 30, 255]));
  expect(readTexture(gl)).toEqual([10, 200, 30, 255]);
});

it('reads and gives the pixels where pictures are refused, and asks once', async () => {
  const gl = createContext();
  // Somebody else's error is not the picture's.
  gl.enable(gl.ONE);
  const refusing = refusePictures(gl);
  const upload = createPhotoUpload(refusing);
  upload(await createPicture([10, 200, 30, 255]));
  expect(readTexture(gl)).toEqual([10, 200, 30, 255]);
  upload(await createPicture([70, 80, 90, 255]));
  expect(readTexture(gl)).toEqual([70, 80, 90, 255]);
  expect((refusing as WebGL2RenderingContext & { given: string[] }).given).toEqual([
    'ImageBitmap',
    'ImageData',
    'ImageData',
  ]);
});
