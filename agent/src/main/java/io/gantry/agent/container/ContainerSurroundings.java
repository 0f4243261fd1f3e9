package io.gantry.agent.container;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What all container actors of an agent share: the way to the host, the board, a clock and a die.
 */
public record ContainerSurroundings(
    Sandbox sandbox, Board board, InstantSource clock, RandomGenerator random) {}
