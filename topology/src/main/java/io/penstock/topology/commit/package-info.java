/** The hook that lets a processor finish its outstanding work before its task commits: {@link io.penstock.topology.commit.CommitHook}. */
@NullMarked
package io.penstock.topology.commit;

import org.jspecify.annotations.NullMarked;
