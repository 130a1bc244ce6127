/** Classes and blurred faces on the GPU: a second pass over the photo of a viewport, mixed in by blending. */
import { createGpuProgram } from './gpu-program.ts';
import { LABEL_SHADER, LABEL_UNIFORMS, PASS } from './label-shader.ts';
import { createLabelTextures } from './label-textures.ts';
import type { RenderSource, View } from './renderer.ts';
import { UNIT } from './texture-units.ts';
import type { Viewport } from './viewports.ts';

export interface LabelLayer {
  /** Draws over what is in the viewport; leaves blending off. */
  draw(source: RenderSource, view: View, viewport: Viewport): void;
  dispose(): void;
}

/** Compiled on first use: pictures that are not parsed do not pay for it. A lost context takes it along. */
export function createLabelLayer(gl: WebGL2RenderingContext): LabelLayer {
  const { program, at } = createGpuProgram(gl, {
    name: 'label',
    fragment: LABEL_SHADER,
    uniforms: LABEL_UNIFORMS,
  });
  const textures = createLabelTextures(gl);

  function prepare(source: RenderSource, view: View, viewport: Viewport): void {
    const { camera } = view;
    gl.useProgram(program);
    gl.uniform1i(at.uLabels, UNIT.labels);
    gl.uniform1i(at.uInstances, UNIT.instances);
    gl.uniform1i(at.uPalette, UNIT.palette);
    gl.uniform1i(at.uPeople, UNIT.people);
    gl.uniform1i(at.uMask, UNIT.mask);
    gl.uniform1i(at.uBase, UNIT.base);
    gl.uniform2f(at.uSourceSize, source.sourceWidthPx, source.sourceHeightPx);
    gl.uniform2f(at.uViewportOrigin, viewport.x, viewport.y);
    gl.uniform2f(at.uViewportSize, viewport.width, viewport.height);
    gl.uniform1f(at.uCanvasHeight, view.heightPx);
    gl.uniform2f(at.uCenter, camera.centerX * source.sourceWidthPx, camera.centerY * source.sourceHeightPx);
    gl.uniform1f(at.uSourcePerDevice, 1 / camera.scale);
    const isSplit = viewport.content === 'compare';
    gl.uniform1f(at.uSplitX, isSplit ? view.comparePosition * view.widthPx : 0);
    gl.uniform1f(at.uOpacity, view.overlayOpacity);
  }

  function blend(pass: number): void {
    gl.uniform1i(at.uPass, pass);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.disable(gl.BLEND);
  }

  return {
    draw(source, view, viewport) {
      const { labels, blur, photo } = source;
      const isMapHere = viewport.content !== 'photo';
      const isBlurEverywhere = view.isPhotoBlurred === true;
      if (blur && photo !== null && (isMapHere || isBlurEverywhere)) {
        textures.uploadBlur(blur, photo);
        prepare(source, view, viewport);
        if (isBlurEverywhere) gl.uniform1f(at.uSplitX, 0);
        blend(PASS.blur);
      }
      if (labels && view.labels && isMapHere) {
        textures.uploadLabels(labels);
        textures.uploadLook(view.labels);
        prepare(source, view, viewport);
        gl.uniform1i(at.uHasInstances, labels.instancesU16 === null ? 0 : 1);
        gl.uniform1f(at.uHalfLine, view.labels.lineWidthPx / 2 / view.camera.scale);
        blend(view.labels.isOutline ? PASS.outline : PASS.fill);
      }
    },
    dispose() {
      textures.dispose();
      gl.deleteProgram(program);
    },
  };
}
