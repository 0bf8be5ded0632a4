/** What a template looks like: its image, or the initials of its name. */
import { useState, type ReactElement } from 'react';
import { initialsOf } from './view';
import './templates.css';

/** The name is beside it: it says nothing to readers of the screen. */
export function Avatar({ name, uri }: { name: string; uri: string }): ReactElement {
  const [isBroken, setBroken] = useState(false);
  // Others would be against the page's policy.
  const isAllowed = /^(https:|data:image\/)/.test(uri);
  if (!isAllowed || isBroken) {
    return (
      <span className="template-avatar" aria-hidden="true">
        {initialsOf(name)}
      </span>
    );
  }
  return (
    <img
      className="template-avatar"
      src={uri}
      alt=""
      referrerPolicy="no-referrer"
      loading="lazy"
      onError={() => {
        setBroken(true);
      }}
    />
  );
}
