/** Ids, their look, and the blur on the GPU: uploaded when they are another object than before. */
import { readBlurBase } from './face-blur.ts';
import { bindTexture, createTexture } from './gpu-program.ts';
import { PEOPLE_ROW } from './label-shader.ts';
import type { BlurSource, LabelLook, LabelSource } from './renderer.ts';
import { UNIT } from './texture-units.ts';

export interface LabelTextures {
  uploadLabels(labels: LabelSource): void;
  uploadLook(look: LabelLook): void;
  uploadBlur(blur: BlurSource, photo: ImageBitmap): void;
  dispose(): void;
}

const UNITS = [UNIT.labels, UNIT.instances, UNIT.palette, UNIT.people, UNIT.mask, UNIT.base];

export function createLabelTextures(gl: WebGL2RenderingContext): LabelTextures {
  const textures = new Map(UNITS.map((unit) => [unit, createTexture(gl, unit, gl.NEAREST)]));
  let uploadedLabels: LabelSource | null = null;
  let uploadedPalette: Uint8Array | null = null;
  let uploadedPeople: Uint8Array | null = null;
  let uploadedBlur: BlurSource | null = null;
  let uploadedPhoto: ImageBitmap | null = null;

  function bind(unit: (typeof UNITS)[number]): void {
    bindTexture(gl, unit, textures.get(unit) ?? null);
  }

  /** Integer textures have no default that every driver accepts: one texel stands in for what is not there. */
  function uploadIds(
    unit: (typeof UNITS)[number],
    width: number,
    height: number,
    ids: Uint8Array | Uint16Array,
  ): void {
    bind(unit);
    const [format, type] =
      ids instanceof Uint8Array ? [gl.R8UI, gl.UNSIGNED_BYTE] : [gl.R16UI, gl.UNSIGNED_SHORT];
    gl.texImage2D(gl.TEXTURE_2D, 0, format, width, height, 0, gl.RED_INTEGER, type, ids);
  }

  // Every sampler of the program needs a complete texture of its kind, whichever pass is drawn.
  for (const unit of [UNIT.labels, UNIT.people]) uploadIds(unit, 1, 1, new Uint8Array(1));
  uploadIds(UNIT.instances, 1, 1, new Uint16Array(1));

  return {
    uploadLabels(labels) {
      if (uploadedLabels === labels) return;
      const { widthPx, heightPx, labelsU8, instancesU16 } = labels;
      uploadIds(UNIT.labels, widthPx, heightPx, labelsU8);
      if (instancesU16 === null) uploadIds(UNIT.instances, 1, 1, new Uint16Array(1));
      else uploadIds(UNIT.instances, widthPx, heightPx, instancesU16);
      uploadedLabels = labels;
    },
    uploadLook(look) {
      if (uploadedPalette !== look.paletteRgba) {
        bind(UNIT.palette);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, look.paletteRgba);
        uploadedPalette = look.paletteRgba;
      }
      if (uploadedPeople !== look.peopleOn) {
        const rowCount = Math.ceil(look.peopleOn.length / PEOPLE_ROW);
        const rows = new Uint8Array(rowCount * PEOPLE_ROW);
        rows.set(look.peopleOn);
        uploadIds(UNIT.people, PEOPLE_ROW, rowCount, rows);
        uploadedPeople = look.peopleOn;
      }
    },
    uploadBlur(blur, photo) {
      if (uploadedBlur === blur && uploadedPhoto === photo) return;
      const { widthPx, heightPx, alphaU8 } = blur.mask;
      bind(UNIT.mask);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, widthPx, heightPx, 0, gl.RED, gl.UNSIGNED_BYTE, alphaU8);
      bind(UNIT.base);
      const { baseWidthPx, baseHeightPx } = blur;
      const base = new Uint8Array(readBlurBase(photo, blur));
      gl.texImage2D(
        gl.TEXTURE_2D,
        0,
        gl.RGBA8,
        baseWidthPx,
        baseHeightPx,
        0,
        gl.RGBA,
        gl.UNSIGNED_BYTE,
        base,
      );
      uploadedBlur = blur;
      uploadedPhoto = photo;
    },
    dispose() {
      for (const texture of textures.values()) gl.deleteTexture(texture);
    },
  };
}
