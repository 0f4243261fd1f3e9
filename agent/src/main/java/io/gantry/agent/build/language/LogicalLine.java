package io.gantry.agent.build.language;

import java.util.List;

/**
 * One instruction's text: lines that continue each other, joined.
 *
 * @param first line of the file it begins in, from 1
 * @param last line it ends in, its documents included
 */
record LogicalLine(int first, int last, String text, List<Heredoc> heredocs) {}
