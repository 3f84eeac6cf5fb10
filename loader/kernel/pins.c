// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pin directory: a directory of a BPF file system, mode 0700, that keeps
 * maps and links alive when no process holds them.
 *
 * Lock. Whoever changes anything holds a flock() on the pin directory itself:
 * pinned objects cannot be opened as files, but the directory can, and the
 * lock needs no second place that could disagree with the first. A directory
 * that was removed while we waited is another inode than the one that is
 * there now; then the wait starts again. /proc/locks says who holds it.
 *
 * Namespace. Device indexes mean something in one network namespace only, so
 * a pin directory belongs to the one that made it: a directory in it,
 * namespace-INODE, says which. From another namespace the devices could not
 * be seen, and would be taken for removed ones.
 *
 * BPF file systems hold maps, programs, links, directories and symbolic links
 * only, and no name with a dot in it.
 */
#include "private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <time.h>

#define BPF_MOUNT "/sys/fs/bpf"

enum { LOCK_WAIT_MS = 5000, LOCK_POLL_MS = 20 };

void pins_path(const struct pins *pins, char path[PIN_PATH], const char *format,
	       ...)
{
	int length = snprintf(path, PIN_PATH, "%s/", pins->directory);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(path + length, PIN_PATH - length, format, arguments);
	va_end(arguments);
}

static bool is_bpf_filesystem(const char *path)
{
	struct statfs about;

	return !statfs(path, &about) && about.f_type == BPF_FS_MAGIC;
}

/* Two commands that start together must not mount one over the other. */
static int mount_bpf_filesystem(struct kernel_error *error)
{
	_cleanup_fd_ int below = open(BPF_MOUNT, O_DIRECTORY | O_CLOEXEC);

	if (below < 0)
		return system_error(error, errno, "cannot open " BPF_MOUNT);
	if (flock(below, LOCK_EX))
		return system_error(error, errno, "cannot lock " BPF_MOUNT);
	if (is_bpf_filesystem(BPF_MOUNT))
		return 0;
	if (mount("bpf", BPF_MOUNT, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "mode=0700"))
		return system_error(
			error, errno,
			"cannot mount a BPF file system on " BPF_MOUNT);
	return 0;
}

/* The directory above the pin directory has to be on a BPF file system. */
static int require_bpf_filesystem(const struct pins *pins,
				  struct kernel_error *error)
{
	char copy[sizeof(pins->directory)];
	const char *above;

	strcpy(copy, pins->directory);
	above = dirname(copy);
	if (is_bpf_filesystem(above))
		return 0;
	if (!strcmp(above, BPF_MOUNT))
		return mount_bpf_filesystem(error);
	return kernel_fail(
		error, EINVAL,
		"mount one there, or use a directory below " BPF_MOUNT,
		"%s is not on a BPF file system", above);
}

/* The process that has the flock on this inode, 0 when nobody is found. */
static int lock_holder(int fd)
{
	_cleanup_file_ FILE *locks = fopen("/proc/locks", "re");
	unsigned int major_number, minor_number;
	unsigned long inode;
	char line[256];
	struct stat about;
	int pid;

	if (!locks || fstat(fd, &about))
		return 0;
	while (fgets(line, sizeof(line), locks)) {
		if (sscanf(line, "%*d: FLOCK ADVISORY WRITE %d %x:%x:%lu", &pid,
			   &major_number, &minor_number, &inode) == 4 &&
		    inode == about.st_ino &&
		    major_number == major(about.st_dev) &&
		    minor_number == minor(about.st_dev))
			return pid;
	}
	return 0;
}

static int lock_directory(int fd, const char *path, struct kernel_error *error)
{
	const struct timespec pause = { .tv_nsec = LOCK_POLL_MS * 1000000l };
	int waited;

	for (waited = 0; flock(fd, LOCK_EX | LOCK_NB); waited += LOCK_POLL_MS) {
		if (errno != EWOULDBLOCK)
			return system_error(error, errno, "cannot lock %s",
					    path);
		if (waited >= LOCK_WAIT_MS)
			return kernel_fail(error, EBUSY,
					   "wait until it is done",
					   "another weir (process %d) is "
					   "changing the filter under %s",
					   lock_holder(fd), path);
		nanosleep(&pause, NULL);
	}
	return 0;
}

static bool same_directory(int fd, const char *path)
{
	struct stat opened, named;

	return !fstat(fd, &opened) && !stat(path, &named) &&
	       opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/* A locked directory that still has its name; *fd is -1 to try again. */
static int open_locked(struct pins *pins, bool create,
		       struct kernel_error *error)
{
	_cleanup_fd_ int fd = -1;
	int result;

	if (create && !mkdir(pins->directory, 0700))
		pins->created = true;
	else if (create && errno != EEXIST)
		return system_error(error, errno, "cannot create %s",
				    pins->directory);
	fd = open(pins->directory, O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return create ? 0 : -ENOENT;
	if (fd < 0)
		return system_error(error, errno, "cannot open %s",
				    pins->directory);
	result = lock_directory(fd, pins->directory, error);
	if (result || !same_directory(fd, pins->directory))
		return result;
	pins->lock = fd;
	fd = -1;
	return 0;
}

/* The inode in the name namespace-INODE; 0: the directory has none. */
static unsigned long namespace_of(const struct pins *pins)
{
	DIR *directory = opendir(pins->directory);
	unsigned long inode = 0;
	struct dirent *entry;

	while (directory && !inode && (entry = readdir(directory)))
		if (sscanf(entry->d_name, "namespace-%lu", &inode) != 1)
			inode = 0;
	if (directory)
		closedir(directory);
	return inode;
}

static int check_namespace(const struct pins *pins, bool create,
			   struct kernel_error *error)
{
	unsigned long here, there = namespace_of(pins);
	struct stat about;
	char name[64];

	if (stat("/proc/self/ns/net", &about))
		return system_error(error, errno,
				    "cannot tell the network namespace");
	here = about.st_ino;
	snprintf(name, sizeof(name), "namespace-%lu", here);
	if (!there)
		return create ? pins_mkdir(pins, name, error) : 0;
	if (there == here)
		return 0;
	return kernel_fail(error, EXDEV,
			   "run weir there, use another pin directory here, or "
			   "remove the directory if that namespace is gone",
			   "%s belongs to another network namespace (%lu)",
			   pins->directory, there);
}

int pins_name(struct pins *pins, const struct kernel_options *options,
	      struct kernel_error *error)
{
	const char *directory = options->pin_directory;

	pins->lock = -1;
	pins->created = false;
	if (!directory)
		directory = WEIR_PIN_DIRECTORY;
	if (strlen(directory) >= sizeof(pins->directory))
		return kernel_fail(error, ENAMETOOLONG, NULL,
				   "the pin directory's name is too long");
	strcpy(pins->directory, directory);
	return check_namespace(pins, false, error);
}

int pins_open(struct pins *pins, const struct kernel_options *options,
	      bool create, struct kernel_error *error)
{
	int result = pins_name(pins, options, error);

	if (!result && create)
		result = require_bpf_filesystem(pins, error);
	while (!result && pins->lock < 0)
		result = open_locked(pins, create, error);
	if (result == -ENOENT)
		kernel_fail(error, ENOENT, "put a policy in force first",
			    "weir is not in force: there is no %s",
			    pins->directory);
	return result ? result : check_namespace(pins, create, error);
}

void pins_close(struct pins *pins)
{
	cleanup_fd(&pins->lock);
	pins->lock = -1;
}

int pins_mkdir(const struct pins *pins, const char *name,
	       struct kernel_error *error)
{
	char path[PIN_PATH];

	pins_path(pins, path, "%s", name);
	if (mkdir(path, 0700) && errno != EEXIST)
		return system_error(error, errno, "cannot create %s", path);
	return 0;
}

void pins_remove_tree(const char *path)
{
	struct dirent *entry;
	char below[PIN_PATH];
	DIR *directory;

	if (!unlink(path) || errno == ENOENT)
		return;
	directory = opendir(path);
	while (directory && (entry = readdir(directory))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (snprintf(below, sizeof(below), "%s/%s", path,
			     entry->d_name) < (int)sizeof(below))
			pins_remove_tree(below);
	}
	if (directory)
		closedir(directory);
	rmdir(path);
}
