package io.gantry.agent.image;

import java.util.Set;

/** Images without a name that somebody has a use for: the steps of the build cache. */
public interface KeptImages {
  KeptImages NONE =
      new KeptImages() {
        @Override
        public Set<String> ids() {
          return Set.of();
        }

        @Override
        public void removed(String imageId) {}
      };

  /** Asked often; must not block. */
  Set<String> ids();

  /** A user had this image removed: it is not to be found again, by whatever name. May block. */
  void removed(String imageId);
}
