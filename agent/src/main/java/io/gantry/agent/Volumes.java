package io.gantry.agent;

import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSpec;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/** Volumes of an engine. An unknown name is refused with NOT_FOUND "get NAME: no such volume". */
public interface Volumes {
  /** Idempotent: Unchanged when it exists with the same driver. */
  CompletionStage<Outcome<Volume>> create(Caller caller, VolumeSpec spec);

  Outcome<Volume> inspect(String name);

  Collection<Volume> list();

  /** CONFLICT while a container refers to it; {@code force} only makes an absent one a success. */
  CompletionStage<Outcome<Volume>> remove(Caller caller, String name, boolean force);

  /** Bytes on disk. Walks the directory. */
  CompletionStage<Outcome<Long>> size(String name);
}
