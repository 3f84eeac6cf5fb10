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
 * Ours. That directory also says that weir made the pin directory: one without
 * it is used only when it is new or empty, and is never removed. What is
 * removed are the names that kernel.h lists, each at its place; a stranger's
 * file among them stays, is named, and keeps the directories above it. `images`
 * goes last, so that pins without it are not what a killed removal leaves.
 *
 * BPF file systems hold maps, programs, links, directories and symbolic links
 * only, and no name with a dot in it.
 */
#include "private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
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

	if (create && mkdir(pins->directory, 0700) && errno != EEXIST)
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

/* ---- whose directory it is --------------------------------------------- */

/* The inode in the name namespace-INODE; 0: another name. */
static unsigned long namespace_in(const char *name)
{
	unsigned long inode = 0;

	return sscanf(name, "namespace-%lu", &inode) == 1 ? inode : 0;
}

/* The namespace that the directory belongs to; 0: it does not say. */
static unsigned long namespace_of(const struct pins *pins)
{
	DIR *directory = opendir(pins->directory);
	unsigned long inode = 0;
	struct dirent *entry;

	while (directory && !inode && (entry = readdir(directory)))
		inode = namespace_in(entry->d_name);
	if (directory)
		closedir(directory);
	return inode;
}

/* Something in the directory, the namespace's name left out. */
static bool first_entry(const char *path, char name[NAME_MAX + 1])
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	*name = '\0';
	while (directory && !*name && (entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    !namespace_in(entry->d_name))
			strcpy(name, entry->d_name);
	if (directory)
		closedir(directory);
	return *name;
}

static int require_ours(const struct pins *pins, bool create,
			struct kernel_error *error)
{
	char name[NAME_MAX + 1];
	struct statfs about;

	if (fstatfs(pins->lock, &about) || about.f_type != BPF_FS_MAGIC)
		return kernel_fail(error, EEXIST,
				   "weir uses directories below " BPF_MOUNT,
				   "%s is not on a BPF file system: weir did "
				   "not make it",
				   pins->directory);
	if (namespace_of(pins))
		return 0;
	if (first_entry(pins->directory, name))
		return kernel_fail(error, EEXIST,
				   "name one that is new, empty or weir's",
				   "weir did not make %s, which holds %s",
				   pins->directory, name);
	return create ? 0
		      : kernel_fail(error, ENOENT,
				    "put a policy in force first",
				    "weir is not in force: %s is empty",
				    pins->directory);
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

static bool is_trie(const char *name)
{
	int i;

	for (i = 0; i < TRIE_COUNT; i++)
		if (!strcmp(name, trie_names[i]))
			return true;
	return false;
}

static bool is_number(const char *name)
{
	return *name && !name[strspn(name, "0123456789")];
}

static bool is_generation(const char *name)
{
	return !strcmp(name, "next") || is_number(name);
}

static bool is_link(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	return digits && (!strcmp(name + digits, "-egress") ||
			  !strcmp(name + digits, "-clsact"));
}

static const struct {
	const char *name;
	bool (*is_ours)(const char *name);
} directories[] = {
	{ "links", is_link },
	{ "generations", is_generation },
	{ "tries", is_trie },
	{ "more-counters", is_number },
};
enum { DIRECTORIES = sizeof(directories) / sizeof(directories[0]) };

/* Is there an entry of weir's? Those of strangers do not count. */
static bool holds_ours(const char *path, bool (*is_ours)(const char *name))
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	bool found = false;

	while (directory && !found && (entry = readdir(directory)))
		found = is_ours(entry->d_name);
	if (directory)
		closedir(directory);
	return found;
}

static bool holds_pins(const struct pins *pins)
{
	char path[PIN_PATH];
	int i;

	for (i = 0; i < PLAIN_MAPS; i++) {
		pins_path(pins, path, "%s", plain_names[i]);
		if (!access(path, F_OK))
			return true;
	}
	for (i = 0; i < DIRECTORIES; i++) {
		pins_path(pins, path, "%s", directories[i].name);
		if (holds_ours(path, directories[i].is_ours))
			return true;
	}
	return false;
}

bool pins_have_images(const struct pins *pins)
{
	char path[PIN_PATH];

	pins_path(pins, path, "images");
	return !access(path, F_OK);
}

/* Without `images` nobody can tell which programs the other pins belong to. */
static int require_images(struct pins *pins, struct kernel_error *error)
{
	pins->created = !holds_pins(pins);
	if (pins->created || pins_have_images(pins))
		return 0;
	return kernel_fail(error, EEXIST,
			   "`weir detach` removes what is there and says which "
			   "programs are left",
			   "%s has pins of weir's, but `images` is gone",
			   pins->directory);
}

/* ---- opening and closing ----------------------------------------------- */

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
	if (!result)
		result = require_ours(pins, create, error);
	if (!result)
		result = check_namespace(pins, create, error);
	return result || !create ? result : require_images(pins, error);
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

/* ---- removing ---------------------------------------------------------- */

static void remove_pin(const char *directory, const char *name)
{
	char path[PIN_PATH];

	if (snprintf(path, sizeof(path), "%s/%s", directory, name) < PIN_PATH)
		unlink(path);
}

void pins_remove_tree(const char *path)
{
	int i;

	if (!unlink(path) || errno == ENOENT)
		return;
	for (i = 0; i < TRIE_COUNT; i++)
		remove_pin(path, trie_names[i]);
	remove_pin(path, "image");
	rmdir(path);
}

/* One of directories[], with what in it is ours. */
static void remove_directory(const struct pins *pins, int number)
{
	char path[PIN_PATH], below[PIN_PATH];
	struct dirent *entry;
	DIR *directory;

	pins_path(pins, path, "%s", directories[number].name);
	directory = opendir(path);
	while (directory && (entry = readdir(directory))) {
		if (!directories[number].is_ours(entry->d_name))
			continue;
		pins_path(pins, below, "%s/%.64s", directories[number].name,
			  entry->d_name);
		pins_remove_tree(below);
	}
	if (directory)
		closedir(directory);
	rmdir(path);
}

/* What is left in the directory: the first file or empty directory. */
static bool find_left(const struct pins *pins, char path[PIN_PATH])
{
	size_t length = strlen(pins->directory);
	char name[NAME_MAX + 1];

	strcpy(path, pins->directory);
	while (length < PIN_PATH && first_entry(path, name))
		length +=
			snprintf(path + length, PIN_PATH - length, "/%s", name);
	return length > strlen(pins->directory);
}

static void remove_names(const struct pins *pins)
{
	int i;

	remove_pin(pins->directory, "link");
	for (i = 0; i < TRIE_COUNT; i++)
		remove_pin(pins->directory, trie_names[i]);
	for (i = 0; i < DIRECTORIES; i++)
		remove_directory(pins, i);
	for (i = 0; i < PLAIN_MAPS; i++)
		remove_pin(pins->directory, plain_names[i]);
}

int pins_remove_all(const struct pins *pins, struct kernel_error *error)
{
	char path[PIN_PATH];

	remove_names(pins);
	if (find_left(pins, path))
		return kernel_fail(error, EEXIST,
				   "remove it, then run `weir detach` again",
				   "%s is not weir's: it stays, and so does %s",
				   path, pins->directory);
	pins_path(pins, path, "namespace-%lu", namespace_of(pins));
	rmdir(path);
	if (rmdir(pins->directory))
		return system_error(error, errno, "cannot remove %s",
				    pins->directory);
	return 0;
}
