#ifndef CLINUX_FILTER_H
#define CLINUX_FILTER_H

/// Leaves this process only the system calls that reading, computing and writing need, for good.
int clinux_install_filter(void);

#endif
