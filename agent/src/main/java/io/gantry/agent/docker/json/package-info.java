/** The Docker Engine API's JSON: what clients send becomes specifications, views become answers. */
@NullMarked
package io.gantry.agent.docker.json;

import org.jspecify.annotations.NullMarked;
