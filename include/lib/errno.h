/* SPDX-License-Identifier: MIT */
/*
 * include/lib/errno.h - names of errors
 *
 * A function that can fail gives 0 or more, or one of these negated: -EINVAL. The names are those of
 * POSIX, the numbers those of Linux on i386, so that a number in a log means what the books say.
 * Source: IEEE Std 1003.1, "<errno.h>"; Linux errno(3).
 */
#ifndef LIB_ERRNO_H
#define LIB_ERRNO_H

#define EPERM		1	/* operation not permitted */
#define ENOENT		2	/* no such entry */
#define ESRCH		3	/* no such process */
#define EINTR		4	/* interrupted */
#define EIO		5	/* device failed */
#define ENXIO		6	/* no such device or address */
#define E2BIG		7	/* does not fit */
#define ENOEXEC		8	/* not executable */
#define EBADF		9	/* bad file number */
#define ECHILD		10	/* no child */
#define EAGAIN		11	/* try again */
#define ENOMEM		12	/* no memory */
#define EACCES		13	/* access denied */
#define EFAULT		14	/* bad address */
#define ENOTBLK		15	/* not a block device */
#define EBUSY		16	/* in use */
#define EEXIST		17	/* is there already */
#define EXDEV		18	/* crosses devices */
#define ENODEV		19	/* no such device */
#define ENOTDIR		20	/* not a directory */
#define EISDIR		21	/* a directory */
#define EINVAL		22	/* malformed */
#define ENFILE		23	/* file table full */
#define EMFILE		24	/* too many files */
#define ENOTTY		25	/* not for this device */
#define ETXTBSY		26	/* text file in use */
#define EFBIG		27	/* file too large */
#define ENOSPC		28	/* no room on the device */
#define ESPIPE		29	/* cannot seek */
#define EROFS		30	/* read-only */
#define EMLINK		31	/* too many links */
#define EPIPE		32	/* nobody reads */
#define EDOM		33	/* outside the function's domain */
#define ERANGE		34	/* too large for the type */
#define EDEADLK		35	/* would deadlock */
#define ENAMETOOLONG	36	/* name too long */
#define ENOLCK		37	/* no locks left */
#define ENOSYS		38	/* not implemented */
#define ENOTEMPTY	39	/* not empty */
#define ELOOP		40	/* too many links on the way */
#define ENOMSG		42	/* no such message */
#define EIDRM		43	/* identifier removed */
#define ENOSTR		60	/* not a stream */
#define ENODATA		61	/* no data */
#define ETIME		62	/* timer ran out */
#define ENOSR		63	/* out of stream resources */
#define ENOLINK		67	/* link cut */
#define EPROTO		71	/* protocol error */
#define EMULTIHOP	72	/* several hops */
#define EBADMSG		74	/* not a data message */
#define EOVERFLOW	75	/* value too large */
#define EILSEQ		84	/* illegal byte sequence */
#define EUSERS		87	/* too many users */
#define ENOTSOCK	88	/* not a socket */
#define EDESTADDRREQ	89	/* destination wanted */
#define EMSGSIZE	90	/* message too long */
#define EPROTOTYPE	91	/* wrong protocol type */
#define ENOPROTOOPT	92	/* protocol not available */
#define EPROTONOSUPPORT	93	/* protocol not supported */
#define EOPNOTSUPP	95	/* not supported on this kind */
#define EAFNOSUPPORT	97	/* address family not supported */
#define EADDRINUSE	98	/* address in use */
#define EADDRNOTAVAIL	99	/* address not available */
#define ENETDOWN	100	/* network down */
#define ENETUNREACH	101	/* network unreachable */
#define ENETRESET	102	/* network dropped the connection */
#define ECONNABORTED	103	/* connection aborted */
#define ECONNRESET	104	/* connection reset */
#define ENOBUFS		105	/* no buffers */
#define EISCONN		106	/* connected already */
#define ENOTCONN	107	/* not connected */
#define ESHUTDOWN	108	/* shut down already */
#define ETIMEDOUT	110	/* timed out */
#define ECONNREFUSED	111	/* connection refused */
#define EHOSTUNREACH	113	/* no route */
#define EALREADY	114	/* under way already */
#define EINPROGRESS	115	/* under way now */
#define ESTALE		116	/* stale handle */
#define EUCLEAN		117	/* wants cleaning */
#define EDQUOT		122	/* quota exceeded */
#define ECANCELED	125	/* cancelled */
#define EOWNERDEAD	130	/* owner died */
#define ENOTRECOVERABLE	131	/* state lost */

#define EWOULDBLOCK	EAGAIN
#define EDEADLOCK	EDEADLK
#define ENOTSUP		EOPNOTSUPP

/* Never shown to a program: the kernel's own. */
#define EPROBE_DEFER	517	/* a driver wants to be asked again later */
#define ENOTSUPP	524	/* not supported */

#endif
